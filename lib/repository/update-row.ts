import type { ObjectLiteral } from 'typeorm';
import { InvalidFieldValueError } from '../errors/index.js';
import { columnProperty, entityState, persistedValue, type EntityState } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import { changedColumns, type Changes } from './changed-columns.js';
import { broadcastUpdate, hasListeners, withRunner } from './listeners.js';
import type { Column, ModelFacts, Relation } from './model-facts.js';
import { readBack, rowIsGone, rowOf } from './refresh-row.js';
import { checkedValues, keyOfRelated, setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';

/** How far one update goes. */
export interface UpdateReach {
  /** Columns that trusted code has set although updates leave them alone. */
  readonly trusted?: ReadonlySet<Column>;
  /** Only the key of this relation is written, whatever else has changed. */
  readonly keyOf?: Relation;
  /** The row is written only while it still has this key in `keyOf`; a row that has moved on is left alone. */
  readonly while?: ObjectLiteral;
}

/** Writes what changed of one loaded entity: one UPDATE, or nothing. Listeners run as TypeORM runs them. */
export async function updateLoaded(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  reach: UpdateReach = {},
): Promise<void> {
  const changes = changesWithin(facts, entity, state, reach);
  if (changes.columns.length === 0 && changes.relations.length === 0) return;
  if (!hasListeners(facts, 'Update')) return update(facts, entity, state, changes, reach);
  await withRunner(facts, async (runner) => {
    // TypeORM's subscribers are told the row as it was.
    const row = await rowOf(facts, entity);
    if (!row) throw rowIsGone(facts, entity);
    await broadcastUpdate(facts, runner, 'Before', entity, row, changes);
    const final = changesWithin(facts, entity, state, reach);
    await update(facts, entity, state, final, reach);
    await broadcastUpdate(facts, runner, 'After', entity, row, final);
  });
}

function changesWithin(facts: ModelFacts, entity: ObjectLiteral, state: EntityState, reach: UpdateReach): Changes {
  const changes = changedColumns(facts, entity, state, reach.trusted);
  const { keyOf } = reach;
  if (!keyOf) return changes;
  return {
    columns: changes.columns.filter((column) => keyOf.joinColumns.includes(column)),
    relations: changes.relations.filter((relation) => relation === keyOf),
  };
}

async function update(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  changes: Changes,
  reach: UpdateReach,
): Promise<void> {
  const { dataSource, metadata, target } = facts;
  const violations = checkedValues(facts, entity, changes.columns);
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);

  const touched = metadata.columns.filter((column) => column.isUpdateDate && reach.trusted?.has(column) !== true);
  const now = new Date();
  const values = {} as ObjectLiteral;
  const written = new Map<Column, unknown>();
  const computed: Column[] = facts.computedOnUpdate.slice();
  const set = (column: Column, value: unknown): void => {
    setColumnProperty(values, column, value);
    // SQL as a value, `() => 'stock + 1'`: only the database knows the result.
    if (typeof value === 'function') computed.push(column);
    else written.set(column, persistedValue(dataSource, column, value));
  };
  for (const column of changes.columns) set(column, columnProperty(entity, column));
  for (const column of touched) set(column, now);
  for (const relation of changes.relations) {
    const related = relationValue(entity, relation);
    setRelation(values, relation, related);
    for (const joinColumn of relation.joinColumns) written.set(joinColumn, keyOfRelated(related, joinColumn) ?? null);
  }
  const statement = dataSource.manager
    .createQueryBuilder()
    .update(target)
    .set(values)
    .where(metadata.getEntityIdMap(entity) as ObjectLiteral)
    .callListeners(false)
    .updateEntity(false);
  if (reach.while) statement.andWhere(reach.while);
  const { affected } = await statement.execute();
  if (affected === 0) {
    if (reach.while) return;
    throw rowIsGone(facts, entity);
  }

  const previous = touched.map((column) => columnProperty(entity, column));
  rememberForRollback(metadata, entity, () => {
    for (const [index, column] of touched.entries()) setColumnProperty(entity, column, previous[index]);
  });
  for (const column of touched) setColumnProperty(entity, column, now);
  // What was sent, not what the entity holds now: it may have been changed while the statement ran.
  for (const [column, stored] of written) state.acceptValue(column, stored);
  for (const relation of facts.owning) {
    const related = relationValue(entity, relation);
    if (related !== undefined) entityState(entity)?.acceptRelation(relation, related);
  }
  if (computed.length > 0) await readBack(facts, [entity], computed);
}

function setRelation(values: ObjectLiteral, relation: Changes['relations'][number], related: unknown): void {
  let owner = values as Record<string, unknown>;
  for (const name of relation.embeddedMetadata?.parentPropertyNames ?? []) {
    owner = (owner[name] ??= {}) as Record<string, unknown>;
  }
  owner[relation.propertyName] = related;
}
