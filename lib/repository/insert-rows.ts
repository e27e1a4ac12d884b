import type { ObjectLiteral } from 'typeorm';
import { InvalidFieldValueError, nearNames, NotAnEntityError, UnknownFieldError } from '../errors/index.js';
import { columnProperty, entityState, setEntityState } from '../hydration/index.js';
import { chunked, relationValue } from '../relations/index.js';
import { currentScope, UnitOfWork } from '../transactions/index.js';
import { insertStatementOf } from './insert-statement.js';
import { hasListeners, withRunner } from './listeners.js';
import type { Column, ModelFacts } from './model-facts.js';
import { alignNewForeignKeys, checkedValues, completeNewRow, keyOfRelated, setColumnProperty } from './row-values.js';
import { noteWritten } from './state-subscriber.js';

/** Parameters in one statement: below the limits of PostgreSQL (65,535) and SQLite (32,766). */
const PARAMETERS_PER_STATEMENT = 30_000;

/**
 * Inserts new rows, all or none: values to entities, ids, defaults and timestamps filled in, every rule
 * checked before anything is written, then as few statements as the database's limits allow.
 */
export async function insertRows(facts: ModelFacts, inputs: readonly unknown[]): Promise<ObjectLiteral[]> {
  const entities = inputs.map((input) => newEntity(facts, input));
  if (entities.length === 0) return entities;
  prepare(facts, entities);
  if (entities.some((entity) => needsTypeOrm(facts, entity))) {
    await saveGraph(facts, entities);
    return entities;
  }
  const rows = Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / facts.metadata.columns.length));
  if (entities.length <= rows) {
    await insertChunk(facts, entities);
  } else {
    await new UnitOfWork(facts.dataSource).run(async () => {
      for (const chunk of chunked(entities, rows)) await insertChunk(facts, chunk);
    });
  }
  return entities;
}

/** Lets TypeORM save entities with what hangs on them: cascades, trees, to-many relations. */
export async function saveGraph(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  const { dataSource, metadata } = facts;
  const hidden = metadata.columns.filter((column) => !column.isSelect);
  const unset = entities.map((entity) => hidden.filter((column) => columnProperty(entity, column) === undefined));
  await dataSource.manager.save([...entities]);
  for (const [index, entity] of entities.entries()) {
    // TypeORM sets columns that it did not read to null in memory, and would write that null next time.
    for (const column of unset[index]) setColumnProperty(entity, column, undefined);
    noteWritten(metadata, entity);
  }
}

function newEntity(facts: ModelFacts, input: unknown): ObjectLiteral {
  const { metadata, target, name, names } = facts;
  if (typeof input !== 'object' || input === null) {
    throw new NotAnEntityError(name, input === null ? 'null' : typeof input, 'add');
  }
  if (input instanceof target) return input;
  const entity = metadata.create() as ObjectLiteral;
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(input as Record<string, unknown>)) {
    if (value === undefined) continue;
    if (names.has(key)) entity[key] = value;
    else unknown.push(key);
  }
  if (unknown.length > 0) throw new UnknownFieldError(name, unknown, nearNames(unknown[0], [...names]));
  return entity;
}

function prepare(facts: ModelFacts, entities: readonly ObjectLiteral[]): void {
  const now = new Date();
  const violations = entities.flatMap((entity, index) => {
    alignNewForeignKeys(facts, entity);
    completeNewRow(facts, entity, now);
    return checkedValues(facts, entity, facts.insertable, entities.length === 1 ? '' : `[${index}].`);
  });
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
}

/** Whether more than the one table is written, or TypeORM keeps something of its own about the row. */
function needsTypeOrm(facts: ModelFacts, entity: ObjectLiteral): boolean {
  if (facts.metadata.treeType !== undefined || entityState(entity) !== undefined) return true;
  if (facts.remote.some((relation) => relationValue(entity, relation) !== undefined)) return true;
  return facts.owning.some((relation) => {
    const related = relationValue(entity, relation);
    if (typeof related !== 'object' || related === null) return false;
    const keyless = relation.joinColumns.some((column) => keyOfRelated(related, column) === undefined);
    return keyless || relation.isCascadeInsert || relation.isCascadeUpdate;
  });
}

async function insertChunk(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  const counted = facts.metadata.columns.find(
    (column) => column.isGenerated && column.generationStrategy === 'increment',
  );
  const numbered = entities.filter((entity) => counted && columnProperty(entity, counted) !== undefined);
  // The driver tells the ids of a statement's rows as one series: rows that bring their own go apart.
  const apart = numbered.length > 0 && numbered.length < entities.length;
  for (const part of apart ? [numbered, entities.filter((entity) => !numbered.includes(entity))] : [entities]) {
    await insertStatement(facts, part, counted);
  }
}

async function insertStatement(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  counted: Column | undefined,
): Promise<void> {
  const { metadata } = facts;
  const numbering = counted && columnProperty(entities[0], counted) === undefined ? counted : undefined;
  const readBack = entities.some((entity) => needsReadBack(facts, entity, counted));
  if (readBack || hasListeners(facts, 'Insert')) {
    await insertByBuilder(facts, entities, numbering, readBack);
  } else {
    await insertDirectly(facts, entities, numbering);
  }
  for (const entity of entities) {
    const isNew = entityState(entity) === undefined;
    noteWritten(metadata, entity);
    if (isNew && counted) forgetIdOnRollback(facts, entity, counted);
  }
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
  const raw = await withRunner(facts, async (runner) => (await runner.query(sql, parameters)) as unknown);
  if (numbering) assignCounted(facts, entities, numbering, raw, returnsIds);
}

/** Columns that the database fills in and nobody here knows: defaults of columns without a field type. */
function needsReadBack(facts: ModelFacts, entity: ObjectLiteral, counted: Column | undefined): boolean {
  return facts.filledByDatabase.some((column) => column !== counted && columnProperty(entity, column) === undefined);
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

/** After a rollback the id belongs to nobody; a later insert must ask for a new one. */
function forgetIdOnRollback(facts: ModelFacts, entity: ObjectLiteral, column: Column): void {
  const scope = currentScope(facts.dataSource);
  scope?.restores.push(() => {
    setColumnProperty(entity, column, undefined);
    setEntityState(entity, undefined);
  });
}
