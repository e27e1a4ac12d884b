import type { ObjectLiteral } from 'typeorm';
import { columnProperty, embeddedOwner, entityState, persistedValue, type EntityState } from '../hydration/index.js';
import type { ExpectedVersion } from '../locking/index.js';
import { relationValue, unloadRelation } from '../relations/index.js';
import { changedColumns, type Changes } from './changed-columns.js';
import type { Column, ModelFacts } from './model-facts.js';
import type { OnConflict } from './query-options.js';
import { takeOver } from './refresh-row.js';
import { keyOfRelated, setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import { conflictError } from './version-conflict.js';

/**
 * Brings an entity up to its row as it is now and keeps what its holder has changed: a merge of the row as it was
 * read, the row as it is, and the entity. Afterwards the entity differs from the row by its own changes alone.
 *
 * @throws OptimisticLockError naming the fields that both sides have changed, with policy `fail`; nothing has happened
 */
export function mergeRow(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  row: ObjectLiteral,
  expected: ExpectedVersion | undefined,
  policy: OnConflict,
  trusted?: ReadonlySet<Column>,
): void {
  const now = entityState(row);
  if (!now) throw new TypeError(`A row of ${facts.name} came without a state.`);
  const mine = ownChanges(facts, entity, changedColumns(facts, entity, state, trusted));
  // Two who have set the same value may both have taken ten off a hundred. A hidden column that was set without having
  // been read says nothing about what was there.
  const disputed = [...mine].filter(([column]) => {
    const [theirs, read] = [now.stored(column), state.stored(column)];
    return theirs !== undefined && theirs !== read && (column.isSelect || read !== undefined);
  });
  if (expected && disputed.length > 0 && policy === 'fail') {
    const names = disputed.map(([column]) => (column.isVirtual ? column.relationMetadata : column)?.propertyPath ?? '');
    throw conflictError(facts, entity, expected, row, names);
  }
  if (policy === 'theirs') for (const [column] of disputed) mine.delete(column);
  rememberForRollback(facts.metadata, entity, restoreOf(facts, entity));
  for (const relation of facts.owning) {
    const moved = relation.joinColumns.filter((column) => !mine.has(column));
    const isStale = moved.some((column) => state.stored(column) !== now.stored(column));
    const isGivenUp = moved.some((column) => disputed.some(([each]) => each === column));
    if (isStale || isGivenUp) unloadRelation(entity, relation);
  }
  takeOver(
    entity,
    row,
    // What the entity has not read it does not get.
    facts.metadata.columns.filter(
      (column) => !mine.has(column) && (column.isSelect || state.stored(column) !== undefined),
    ),
  );
  for (const column of mine.keys()) {
    const theirs = now.stored(column);
    if (theirs !== undefined) state.acceptValue(column, theirs);
  }
}

/** What the holder has changed, as the database would store it; a relation without a key property by its key. */
function ownChanges(facts: ModelFacts, entity: ObjectLiteral, { columns, relations }: Changes): Map<Column, unknown> {
  const stored = (column: Column, value: unknown): [Column, unknown] => [
    column,
    typeof value === 'function' ? value : persistedValue(facts.dataSource, column, value),
  ];
  return new Map([
    ...columns.map((column) => stored(column, columnProperty(entity, column))),
    ...relations.flatMap((relation) =>
      relation.joinColumns
        .filter((column) => column.isVirtual)
        .map((column) => stored(column, keyOfRelated(relationValue(entity, relation), column) ?? null)),
    ),
  ]);
}

/** A function that gives an entity its present values back. */
export function restoreOf(facts: ModelFacts, entity: ObjectLiteral): () => void {
  const columns = facts.metadata.columns.filter((column) => !column.isVirtual && !column.isVirtualProperty);
  const values = columns.map((column) => [column, columnProperty(entity, column)] as const);
  const relations = facts.metadata.relations.filter(({ isLazy }) => !isLazy);
  const related = relations.map((relation) => [relation, relationValue(entity, relation)] as const);
  return () => {
    for (const [column, value] of values) if (value !== undefined) setColumnProperty(entity, column, value);
    for (const [relation, value] of related) {
      if (value === undefined || relationValue(entity, relation) === value) continue;
      const owner = embeddedOwner(entity, relation.embeddedMetadata);
      // Not as loaded: what its holder has put there is still to be written.
      if (owner) owner[relation.propertyName] = value;
    }
  };
}
