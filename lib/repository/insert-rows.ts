import type { ObjectLiteral } from 'typeorm';
import { InvalidFieldValueError } from '../errors/index.js';
import { columnProperty, EntityState, setEntityState } from '../hydration/index.js';
import { noteInserted } from '../locking/index.js';
import { chunked, relationValue } from '../relations/index.js';
import { bySize } from './by-size.js';
import { insertStatementOf } from './insert-statement.js';
import { hasListeners } from './listeners.js';
import type { Column, ModelFacts } from './model-facts.js';
import { readBack } from './refresh-row.js';
import { alignNewForeignKeys, checkedValues, completeNewRow, keyOfRelated, setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import { noteOwnRows, writingRows } from './writing-rows.js';

/** Parameters in one statement: below the limits of PostgreSQL (65,535) and SQLite (32,766). */
const PARAMETERS_PER_STATEMENT = 30_000;

/** Whether new rows go in by one statement that cannot be undone half-way. */
export function isOneInsert(facts: ModelFacts, entities: readonly ObjectLiteral[]): boolean {
  if (entities.length > rowsPerStatement(facts) || hasListeners(facts, 'Insert')) return false;
  const [part, ...more] = parts(facts, entities);
  return more.length === 0 && [...bySize(part, valuesIn(facts))].length === 1;
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
    for (const part of parts(facts, chunk)) {
      for (const statement of bySize(part, valuesIn(facts))) await insertStatement(facts, statement);
    }
  }
}

/** How many rows one INSERT may have. */
export function rowsPerStatement(facts: ModelFacts): number {
  return Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / facts.metadata.columns.length));
}

/** The values that an INSERT of an entity sends. */
function valuesIn(facts: ModelFacts): (entity: ObjectLiteral) => unknown[] {
  return (entity) => facts.insertable.map((column) => columnProperty(entity, column));
}

/** The driver tells the ids of a statement's rows as one series: rows that bring their own go apart. */
export function parts(facts: ModelFacts, entities: readonly ObjectLiteral[]): readonly (readonly ObjectLiteral[])[] {
  const { counted } = facts;
  if (!counted) return [entities];
  const numbered = entities.filter((entity) => columnProperty(entity, counted) !== undefined);
  if (numbered.length === 0 || numbered.length === entities.length) return [entities];
  return [numbered, entities.filter((entity) => !numbered.includes(entity))];
}

async function insertStatement(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  const { metadata, counted } = facts;
  const numbering = counted && columnProperty(entities[0], counted) === undefined ? counted : undefined;
  const states = entities.map((entity) => stateOfNewRow(facts, entity));
  const listened = hasListeners(facts, 'Insert');
  try {
    await writingRows(facts, entities, () =>
      listened || hasSpatialColumn(facts)
        ? insertByBuilder(facts, entities, numbering)
        : insertDirectly(facts, entities, numbering),
    );
    noteOwnRows(facts, entities);
  } catch (error) {
    for (const entity of entities) forgetRow(facts, entity, undefined);
    throw error;
  }
  noteInserted(metadata, entities);
  for (const [index, entity] of entities.entries()) {
    const state = states[index];
    rememberForRollback(metadata, entity, () => {
      forgetRow(facts, entity, numbering);
    });
    // Listeners have added to what the entity held before.
    if (listened) state.accept(entity, plainColumns(facts, entity));
    if (numbering) state.accept(entity, [numbering]);
    setEntityState(entity, state);
  }
  const computed = facts.insertable.filter((column) => entities.some((entity) => isComputed(facts, entity, column)));
  if (computed.length > 0) await readBack(facts, entities, computed);
}

/** What an entity has of a row that is not there after all: the number that the database gave, and the version. */
function forgetRow({ version }: ModelFacts, entity: ObjectLiteral, numbering: Column | undefined): void {
  if (numbering) setColumnProperty(entity, numbering, undefined);
  if (version) setColumnProperty(entity, version, undefined);
}

/** A value that only the database knows: its own default, or SQL that was given as a value. */
function isComputed(facts: ModelFacts, entity: ObjectLiteral, column: Column): boolean {
  const value = columnProperty(entity, column);
  return typeof value === 'function' || (value === undefined && facts.filledByDatabase.includes(column));
}

function plainColumns(facts: ModelFacts, entity: ObjectLiteral): Column[] {
  return facts.insertable.filter((column) => typeof columnProperty(entity, column) !== 'function');
}

function hasSpatialColumn({ dataSource, insertable }: ModelFacts): boolean {
  const { spatialTypes } = dataSource.driver;
  return insertable.some((column) => spatialTypes.includes(column.type as never));
}

/** What the database will hold when the row is in. */
export function stateOfNewRow(facts: ModelFacts, entity: ObjectLiteral): EntityState {
  const state = new EntityState(facts.metadata);
  state.accept(entity, plainColumns(facts, entity));
  for (const relation of facts.owning) {
    const related = relationValue(entity, relation);
    for (const joinColumn of relation.joinColumns) {
      if (joinColumn.isVirtual)
        state.acceptValue(joinColumn, related === undefined ? null : (keyOfRelated(related, joinColumn) ?? null));
    }
    if (related !== undefined) state.acceptRelation(relation, related);
  }
  return state;
}

/** Through TypeORM's builder, which runs listeners and knows how to write geometry. */
async function insertByBuilder(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
): Promise<void> {
  const { dataSource, target } = facts;
  const builder = dataSource.manager
    .createQueryBuilder()
    .insert()
    .into(target)
    .values([...entities])
    .callListeners(hasListeners(facts, 'Insert'))
    .updateEntity(false);
  const returned = numbering !== undefined && dataSource.driver.isReturningSqlSupported('insert');
  if (returned) builder.returning([numbering.propertyPath]);
  const result = await builder.execute();
  if (numbering) assignCounted(facts, entities, numbering, result.raw, returned);
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
