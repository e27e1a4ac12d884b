import { QueryFailedError, type ObjectLiteral, type QueryRunner } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { ConfigurationError, InvalidFieldValueError } from '../errors/index.js';
import {
  columnProperty,
  entityState,
  persistedValue,
  persistedValueOfRow,
  setEntityState,
} from '../hydration/index.js';
import { chunked, relationValue } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { bySize } from './by-size.js';
import { hydratedValues } from './hydrated-values.js';
import { parts, prepareNewRows, rowsPerStatement, stateOfNewRow } from './insert-rows.js';
import { broadcastInsert, hasListeners, withRunner } from './listeners.js';
import type { Column, ModelFacts } from './model-facts.js';
import { newEntity } from './new-entity.js';
import { readBack } from './refresh-row.js';
import { setColumnProperty } from './row-values.js';
import { runStatement } from './run-statement.js';
import { SqlWriter } from './sql-writer.js';
import { rememberForRollback } from './state-subscriber.js';
import { uniqueKeyOf } from './unique-key.js';
import { upsertStatement } from './upsert-statement.js';
import { reachesFurther } from './write-rows.js';

/** Raised on MariaDB and MySQL by the statement itself when a row meets another unique key. */
const MORE_THAN_ONE_ROW = 1242;

/**
 * Inserts rows, and changes those that are there already by a unique key, all or none. What a row did not give stays
 * as it is in the database. The entities hold what the database holds afterwards: ids, versions, timestamps.
 */
export async function upsertRows(
  facts: ModelFacts,
  inputs: readonly unknown[],
  conflictPaths: readonly string[],
): Promise<ObjectLiteral[]> {
  const conflict = uniqueKeyOf(facts, conflictPaths);
  const entities = inputs.map((input) => newEntity(facts, input));
  for (const entity of entities) refuse(facts, entity);
  if (entities.length === 0) return entities;
  if (new Set(entities).size < entities.length) {
    throw new ConfigurationError(`upsert(): one ${facts.name} is in the list twice.`, { model: facts.name });
  }
  if (!hasListeners(facts, 'Insert')) {
    const groups = prepared(facts, entities, conflict);
    const isAlone = groups.length === 1 && engineOf(facts.dataSource) !== 'mysql';
    const write = async (): Promise<void> => {
      for (const group of groups) await writeGroup(facts, group, conflict);
    };
    await (isAlone ? write() : new UnitOfWork(facts.dataSource).run(write));
    return entities;
  }
  await withRunner(facts, async (runner: QueryRunner) => {
    for (const entity of entities) await broadcastInsert(facts, runner, 'Before', entity);
    for (const group of prepared(facts, entities, conflict)) await writeGroup(facts, group, conflict);
    for (const entity of entities) await broadcastInsert(facts, runner, 'After', entity);
  });
  return entities;
}

/** Rows that give the same columns, and so go into one statement. */
interface Group {
  readonly entities: readonly ObjectLiteral[];
  readonly overwrite: readonly Column[];
}

function refuse(facts: ModelFacts, entity: ObjectLiteral): void {
  if (entityState(entity)) {
    throw new ConfigurationError(
      `upsert(): this ${facts.name} was read or written before: save() writes its changes. upsert() takes new rows.`,
      { model: facts.name },
    );
  }
  if (reachesFurther(facts)(entity) || facts.metadata.treeType !== undefined) {
    throw new ConfigurationError(
      `upsert(): ${facts.name} would write other rows as well (a list, a new object in a relation, a tree): write these first, and name rows by their keys.`,
      { model: facts.name },
    );
  }
}

/**
 * Fills in and checks new rows, and puts those together that give the same columns.
 *
 * @throws InvalidFieldValueError before anything is written
 */
function prepared(facts: ModelFacts, entities: readonly ObjectLiteral[], conflict: readonly Column[]): Group[] {
  // What is not given is filled in for an insert, and must not overwrite what a row has.
  const given = new Map(entities.map((entity) => [entity, givenColumns(facts, entity, conflict)]));
  prepareNewRows(facts, entities);
  refuseTwins(facts, entities, conflict);
  const groups = new Map<string, { entities: ObjectLiteral[]; overwrite: readonly Column[] }>();
  // In one order, so that two callers do not wait for each other.
  const keys = new Map(entities.map((entity) => [entity, keyText(facts, entity, conflict)]));
  const key = (entity: ObjectLiteral): string => keys.get(entity) ?? '';
  const ordered = [...entities].sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
  for (const entity of ordered) {
    const columns = given.get(entity) ?? [];
    const overwrite =
      columns.length > 0 ? [...columns, ...facts.metadata.columns.filter((each) => each.isUpdateDate)] : [];
    const signature = overwrite.map(({ propertyPath }) => propertyPath).join();
    const group = groups.get(signature);
    if (group) group.entities.push(entity);
    else groups.set(signature, { entities: [entity], overwrite });
  }
  return [...groups.values()].flatMap((group) =>
    parts(facts, group.entities).flatMap((part) =>
      [...chunked(part, rowsPerStatement(facts))]
        .flatMap((chunk) => [
          ...bySize(chunk, (entity) => facts.insertable.map((column) => columnProperty(entity, column))),
        ])
        .map((chunk) => ({ entities: chunk, overwrite: group.overwrite })),
    ),
  );
}

function givenColumns(facts: ModelFacts, entity: ObjectLiteral, conflict: readonly Column[]): Column[] {
  const own = facts.updatable.filter((column) => columnProperty(entity, column) !== undefined);
  const keys = facts.owning.flatMap((relation) =>
    relationValue(entity, relation) === undefined ? [] : relation.joinColumns.filter(({ isUpdate }) => isUpdate),
  );
  return [...new Set([...own, ...keys])].filter((column) => !conflict.includes(column) && !column.isPrimary);
}

/** One statement cannot change a row twice, and the order of two changes would be nobody's. */
function refuseTwins(facts: ModelFacts, entities: readonly ObjectLiteral[], conflict: readonly Column[]): void {
  const seen = new Map<string, number>();
  for (const [index, entity] of entities.entries()) {
    const path = entities.length === 1 ? '' : `[${index}].`;
    for (const column of conflict) {
      const value = valueOf(entity, column);
      if (value !== undefined && value !== null) continue;
      const field = path + column.propertyPath;
      const message = `${field} must have a value: rows are found by it`;
      throw new InvalidFieldValueError(facts.name, [{ field, rule: 'isDefined', message }]);
    }
    const key = keyText(facts, entity, conflict);
    const twin = seen.get(key);
    if (twin !== undefined) {
      const field = path + conflict[0].propertyPath;
      const message = `${field} is that of row [${twin}] as well`;
      throw new InvalidFieldValueError(facts.name, [{ field, rule: 'isUnique', message }]);
    }
    seen.set(key, index);
  }
}

async function writeGroup(
  facts: ModelFacts,
  { entities, overwrite }: Group,
  conflict: readonly Column[],
): Promise<void> {
  const { dataSource, metadata, counted } = facts;
  const numbering = counted && columnProperty(entities[0], counted) === undefined ? counted : undefined;
  const returning = metadata.columns.filter(({ isVirtualProperty, isSelect }) => !isVirtualProperty && isSelect);
  // The default of a new row is not what a row has that was there, and nothing gives back what that is.
  const unknown = facts.insertable.filter((column) => !column.isSelect && !overwrite.includes(column));
  const states = entities.map((entity) => stateOfNewRow(facts, entity));
  const kept = [...new Set([...facts.primaryColumns, ...metadata.columns.filter((column) => column.isVersion)])];
  const before = entities.map((entity) => kept.map((column) => columnProperty(entity, column)));
  const statement = upsertStatement(facts, entities, numbering, { conflict, overwrite, returning });
  let rows: readonly Record<string, unknown>[];
  try {
    rows = (await runStatement(dataSource, statement)).rows;
    if (engineOf(dataSource) === 'mysql') rows = await rowsByKey(facts, entities, conflict, returning);
  } catch (error) {
    if (facts.version) for (const entity of entities) setColumnProperty(entity, facts.version, undefined);
    throw isOfAnotherKey(error) ? duplicate(statement, conflict) : error;
  }
  const byKey = new Map(rows.map((row) => [keyTextOfRow(facts, row, conflict), row]));
  // A key that the database compares in another way than by its bytes. RETURNING keeps the order, a SELECT does not.
  const others = [...rows];
  if (engineOf(dataSource) === 'mysql' && entities.length > 1) {
    for (const [index, entity] of entities.entries()) {
      if (byKey.has(keyText(facts, entity, conflict))) continue;
      [others[index]] = await rowsByKey(facts, [entity], conflict, returning);
    }
  }
  for (const [index, entity] of entities.entries()) {
    const row = byKey.get(keyText(facts, entity, conflict)) ?? others[index];
    rememberForRollback(metadata, entity, () => {
      for (const [position, column] of kept.entries()) {
        const value = column.isVersion ? undefined : before[index][position];
        setColumnProperty(entity, column, value);
      }
    });
    setEntityState(entity, states[index]);
    hydratedValues(facts, entity, row, returning);
    for (const column of unknown) {
      states[index].acceptValue(column, undefined);
      setColumnProperty(entity, column, undefined);
    }
  }
  const sql = facts.insertable.filter((column) =>
    entities.some((entity) => typeof columnProperty(entity, column) === 'function'),
  );
  if (sql.length > 0) await readBack(facts, entities, sql);
}

/** The rows as they are now, by the names of their columns: MariaDB and MySQL give none back. */
async function rowsByKey(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  conflict: readonly Column[],
  columns: readonly Column[],
): Promise<Record<string, unknown>[]> {
  const { dataSource } = facts;
  const writer = new SqlWriter(dataSource);
  const conditions = entities.map((entity) => {
    const parts = conflict.map((column) => writer.equals(column, valueOf(entity, column)));
    return `(${parts.join(' AND ')})`;
  });
  const names = columns.map((column) => writer.column(column)).join(', ');
  // A locking read sees the rows as they were just written, whatever the transaction has seen before.
  // Without the hint a small table would be read as a whole, and MariaDB locks what it reads.
  const index = indexOf(facts, conflict);
  const hint = index === undefined ? '' : ` FORCE INDEX (${writer.name(index)})`;
  const statement = writer.done(
    `SELECT ${names} FROM ${writer.table(facts.metadata)}${hint} WHERE ${conditions.join(' OR ')} FOR UPDATE`,
  );
  return (await runStatement(dataSource, statement)).rows as Record<string, unknown>[];
}

/** The name of the index behind a unique key. */
function indexOf({ metadata, primaryColumns }: ModelFacts, key: readonly Column[]): string | undefined {
  const isKey = (columns: readonly Column[]): boolean =>
    columns.length === key.length && columns.every((column) => key.includes(column));
  if (isKey(primaryColumns)) return 'PRIMARY';
  return metadata.indices.find(({ isUnique, columns }) => isUnique && isKey(columns))?.name;
}

function valueOf(entity: ObjectLiteral, column: Column): unknown {
  const own = column.isVirtual ? undefined : columnProperty(entity, column);
  return own ?? column.getEntityValue(entity);
}

function keyText(facts: ModelFacts, entity: ObjectLiteral, columns: readonly Column[]): string {
  return JSON.stringify(
    columns.map((column) => String(persistedValue(facts.dataSource, column, valueOf(entity, column)))),
  );
}

function keyTextOfRow(facts: ModelFacts, row: Readonly<Record<string, unknown>>, columns: readonly Column[]): string {
  return JSON.stringify(
    columns.map((column) => String(persistedValueOfRow(facts.dataSource, column, row[column.databaseName]))),
  );
}

function isOfAnotherKey(error: unknown): boolean {
  const inner = error instanceof QueryFailedError ? (error.driverError as { errno?: unknown }) : undefined;
  return inner?.errno === MORE_THAN_ONE_ROW;
}

/** What the other engines say of such a row. */
function duplicate(
  { sql, parameters }: { readonly sql: string; readonly parameters: unknown[] },
  conflict: readonly Column[],
): QueryFailedError {
  const names = conflict.map(({ databaseName }) => databaseName).join(', ');
  const reason = new Error(`Duplicate entry for a unique key other than that of (${names})`);
  return new QueryFailedError(
    sql,
    parameters,
    Object.assign(reason, { code: 'ER_DUP_ENTRY', errno: 1062, sqlState: '23000' }),
  );
}
