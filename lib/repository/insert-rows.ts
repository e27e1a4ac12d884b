import type { ObjectLiteral } from 'typeorm';
import { InvalidFieldValueError } from '../errors/index.js';
import { columnProperty, EntityState, setEntityState } from '../hydration/index.js';
import { chunked, relationValue } from '../relations/index.js';
import { insertStatementOf } from './insert-statement.js';
import { hasListeners } from './listeners.js';
import type { Column, ModelFacts } from './model-facts.js';
import { readBack } from './refresh-row.js';
import { alignNewForeignKeys, checkedValues, completeNewRow, keyOfRelated, setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';

/** Parameters in one statement: below the limits of PostgreSQL (65,535) and SQLite (32,766). */
const PARAMETERS_PER_STATEMENT = 30_000;

/** Whether new rows go in by one statement that cannot be undone half-way. */
export function isOneInsert(facts: ModelFacts, entities: readonly ObjectLiteral[]): boolean {
  return entities.length <= rowsPerStatement(facts) && !hasListeners(facts, 'Insert') && parts(facts, entities).length < 2;
}

/**
 * Fills in ids, defaults and timestamps, and checks every value.
 *
 * @throws InvalidFieldValueError naming every broken rule, as `[index].field` for several rows
 */
export function prepareNewRows(facts: ModelFacts, entities: readonly ObjectLiteral[]): void {
  const now = new Date();
  const listened = hasListeners(facts, 'Insert');
  const violations = entities.flatMap((entity, index) => {
    alignNewForeignKeys(facts, entity);
    completeNewRow(facts, entity, now);
    return checkedValues(facts, entity, facts.insertable, entities.length === 1 ? '' : `[${index}].`, listened);
  });
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
}

/** Inserts prepared rows by as few statements as the database's limits allow. */
export async function insertPreparedRows(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  for (const chunk of chunked(entities, rowsPerStatement(facts))) {
    for (const part of parts(facts, chunk)) await insertStatement(facts, part);
  }
}

function rowsPerStatement(facts: ModelFacts): number {
  return Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / facts.metadata.columns.length));
}

/** The driver tells the ids of a statement's rows as one series: rows that bring their own go apart. */
function parts(facts: ModelFacts, entities: readonly ObjectLiteral[]): readonly (readonly ObjectLiteral[])[] {
  const { counted } = facts;
  if (!counted) return [entities];
  const numbered = entities.filter((entity) => columnProperty(entity, counted) !== undefined);
  if (numbered.length === 0 || numbered.length === entities.length) return [entities];
  return [numbered, entities.filter((entity) => !numbered.includes(entity))];
}

async function insertStatement(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  const { metadata, counted } = facts;
  const numbering = counted && columnProperty(entities[0], counted) === undefined ? counted : undefined;
  const fillsIn = entities.some((entity) => needsReadBack(facts, entity));
  const before = entities.map((entity) => stateOfNewRow(facts, entity));
  if (fillsIn || hasListeners(facts, 'Insert')) {
    await insertByBuilder(facts, entities, numbering, fillsIn);
  } else {
    await insertDirectly(facts, entities, numbering);
  }
  for (const [index, entity] of entities.entries()) {
    const state = before[index];
    rememberForRollback(metadata, entity, numbering && (() => forgetColumn(entity, numbering)));
    // Listeners and the database have added to what was sent.
    if (fillsIn || hasListeners(facts, 'Insert')) state.accept(entity, facts.insertable);
    if (numbering) state.accept(entity, [numbering]);
    setEntityState(entity, state);
    const computed = facts.insertable.filter((column) => typeof columnProperty(entity, column) === 'function');
    if (computed.length > 0) await readBack(facts, entity, computed);
  }
}

/** What the database will hold when the row is in. */
function stateOfNewRow(facts: ModelFacts, entity: ObjectLiteral): EntityState {
  const state = new EntityState(facts.metadata);
  state.accept(
    entity,
    facts.insertable.filter((column) => typeof columnProperty(entity, column) !== 'function'),
  );
  for (const relation of facts.owning) {
    const related = relationValue(entity, relation);
    for (const joinColumn of relation.joinColumns) {
      if (joinColumn.isVirtual) state.acceptValue(joinColumn, related === undefined ? null : (keyOfRelated(related, joinColumn) ?? null));
    }
    if (related !== undefined) state.acceptRelation(relation, related);
  }
  return state;
}

function forgetColumn(entity: ObjectLiteral, column: Column): void {
  setColumnProperty(entity, column, undefined);
}

/** Through TypeORM's builder: it runs listeners and reads back what the database fills in. */
async function insertByBuilder(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
  readBack: boolean,
): Promise<void> {
  const { dataSource, target } = facts;
  const builder = dataSource.manager
    .createQueryBuilder()
    .insert()
    .into(target)
    .values([...entities])
    .callListeners(hasListeners(facts, 'Insert'))
    .updateEntity(readBack);
  const returned = numbering !== undefined && !readBack && dataSource.driver.isReturningSqlSupported('insert');
  if (returned) builder.returning([numbering.propertyPath]);
  const result = await builder.execute();
  if (numbering && !readBack) assignCounted(facts, entities, numbering, result.raw, returned);
}

/** One statement of our own: TypeORM's builder spends more time on many rows than the database does. */
async function insertDirectly(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
): Promise<void> {
  const { sql, parameters, returnsIds } = insertStatementOf(facts, entities, numbering);
  const raw = (await facts.dataSource.query(sql, parameters)) as unknown;
  if (numbering) assignCounted(facts, entities, numbering, raw, returnsIds);
}

/** Columns that the database fills in and nobody here knows: defaults of columns without a field type. */
function needsReadBack(facts: ModelFacts, entity: ObjectLiteral): boolean {
  return facts.filledByDatabase.some(
    (column) => column !== facts.counted && columnProperty(entity, column) === undefined,
  );
}

function assignCounted(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  column: Column,
  raw: unknown,
  returned: boolean,
): void {
  for (const [index, entity] of entities.entries()) {
    if (columnProperty(entity, column) !== undefined) continue;
    if (returned) {
      const row = (raw as Record<string, unknown>[])[index];
      const value = facts.dataSource.driver.prepareHydratedValue(row[column.databaseName], column) as unknown;
      setColumnProperty(entity, column, typeof value === 'string' ? Number(value) : value);
    } else if (typeof raw === 'number' || typeof raw === 'bigint') {
      // SQLite gives the id of the last row; a statement's rows are numbered without gaps.
      setColumnProperty(entity, column, Number(raw) - entities.length + 1 + index);
    } else {
      // MySQL gives the id of the first row.
      setColumnProperty(entity, column, (raw as { insertId: number }).insertId + index);
    }
  }
}
