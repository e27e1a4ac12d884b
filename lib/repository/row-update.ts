import type { ObjectLiteral } from 'typeorm';
import { columnProperty, persistedValue, type EntityState } from '../hydration/index.js';
import { expectedVersion, nextVersion, type ExpectedVersion } from '../locking/index.js';
import { entityState } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import type { Changes } from './changed-columns.js';
import type { Column, ModelFacts } from './model-facts.js';
import { keyOfRelated, setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import type { Assignment, RowUpdate } from './update-statement.js';

/** The UPDATE of one entity, before and after it is sent. */
export interface PlannedUpdate extends RowUpdate {
  readonly entity: ObjectLiteral;
  readonly state: EntityState;
  /** The version that the row must have; undefined for models without one. */
  readonly expected: ExpectedVersion | undefined;
  /** Columns whose new value only the database knows. */
  readonly computed: readonly Column[];
  /** Takes the written values as those of the row; a rollback of the transaction takes it back. */
  accept(): void;
}

/**
 * What an UPDATE of an entity sets and asks: its changes, the time, the next version; its key and the version as read.
 *
 * @throws ColumnNotSelectedError, ProtectedFieldError when the version cannot be compared or was assigned
 */
export function planUpdate(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  changes: Changes,
  trusted?: ReadonlySet<Column>,
): PlannedUpdate {
  const { dataSource, metadata } = facts;
  const expected = expectedVersion(entity, state);
  const kept: Assignment[] = [];
  const now = new Date();
  for (const column of metadata.columns) {
    if (column.isUpdateDate && trusted?.has(column) !== true) kept.push([column, now]);
  }
  if (expected) kept.push([expected.column, nextVersion(columnProperty(entity, expected.column) ?? expected.value)]);
  const own: Assignment[] = changes.columns.map((column) => [column, columnProperty(entity, column)]);
  for (const relation of changes.relations) {
    const related = relationValue(entity, relation);
    for (const column of relation.joinColumns) {
      if (column.isVirtual) own.push([column, keyOfRelated(related, column) ?? null]);
    }
  }
  const set = [...own, ...kept];
  const where: Assignment[] = facts.primaryColumns.map((column) => [column, column.getEntityValue(entity)]);
  if (expected) where.push([expected.column, columnProperty(entity, expected.column) ?? expected.value]);
  // What is sent, not what the entity holds afterwards: it may be changed while the statement runs.
  const written = set.flatMap(([column, value]) =>
    typeof value === 'function' ? [] : [[column, persistedValue(dataSource, column, value)] as const],
  );
  const relations = facts.owning.map((relation) => [relation, relationValue(entity, relation)] as const);
  return {
    entity,
    state,
    expected,
    set,
    where,
    computed: [
      ...facts.computedOnUpdate,
      ...own.flatMap(([column, value]) => (typeof value === 'function' ? [column] : [])),
    ],
    accept: () => {
      const before = kept.map(([column]) => columnProperty(entity, column));
      rememberForRollback(metadata, entity, () => {
        for (const [index, [column]] of kept.entries()) setColumnProperty(entity, column, before[index]);
      });
      for (const [column, value] of kept) setColumnProperty(entity, column, value);
      for (const [column, stored] of written) state.acceptValue(column, stored);
      for (const [relation, related] of relations) {
        if (related !== undefined) entityState(entity)?.acceptRelation(relation, related);
      }
    },
  };
}
