import type { Column, ModelFacts } from './model-facts.js';
import { SqlWriter, type Statement } from './sql-writer.js';

/** A column and a value of it, as the entity holds it. */
export type Assignment = readonly [column: Column, value: unknown];

/** What one row of an UPDATE is found by and set to. */
export interface RowUpdate {
  readonly where: readonly Assignment[];
  readonly set: readonly Assignment[];
}

/** UPDATE of one row. `returning` is left out where the engine has none for UPDATE. */
export function updateStatement(facts: ModelFacts, { where, set }: RowUpdate, returning: readonly Column[]): Statement {
  const writer = new SqlWriter(facts.dataSource);
  const assignments = set.map(([column, value]) => `${writer.column(column)} = ${writer.value(column, value)}`);
  const conditions = where.map(([column, value]) => writer.equals(column, value));
  return writer.done(
    `UPDATE ${writer.table(facts.metadata)} SET ${assignments.join(', ')} WHERE ${conditions.join(' AND ')}${returningOf(writer, returning)}`,
  );
}

/**
 * UPDATE of several rows by one statement. All rows set the same columns, in the same order, and none to SQL.
 * Gives the keys of the rows that were found, where the engine has RETURNING.
 */
export function batchUpdateStatement(
  facts: ModelFacts,
  rows: readonly RowUpdate[],
  returning: readonly Column[],
): Statement {
  const writer = new SqlWriter(facts.dataSource);
  switch (writer.engine) {
    case 'postgres':
    case 'sqlite':
      return fromValues(facts, writer, rows, returning);
    default:
      return byCase(facts, writer, rows);
  }
}

/** Whether an engine gives rows back from UPDATE. MariaDB and MySQL have RETURNING for other statements at most. */
export function hasUpdateReturning({ engine }: Pick<SqlWriter, 'engine'>): boolean {
  return engine === 'postgres' || engine === 'sqlite';
}

function returningOf(writer: SqlWriter, columns: readonly Column[], owner = ''): string {
  if (columns.length === 0 || !hasUpdateReturning(writer)) return '';
  const names = columns.map((column) => `${owner}${writer.column(column)} AS ${writer.column(column)}`);
  return ` RETURNING ${names.join(', ')}`;
}

/** Names that no table has. */
const LIST = 'nestjs_sqlmodel_ext_values';
const LOCKED = 'nestjs_sqlmodel_ext_locked';

/** UPDATE … FROM a list of values: the rows are joined to it by their keys. */
function fromValues(
  facts: ModelFacts,
  writer: SqlWriter,
  rows: readonly RowUpdate[],
  returning: readonly Column[],
): Statement {
  const [first] = rows;
  const table = writer.table(facts.metadata);
  const columns = [...first.where, ...first.set].map(([column]) => column);
  const names = columns.map((_, index) => `c${index}`);
  const values = rows.map(({ where, set }) => {
    const items = [...where, ...set].map(([column, value]) => writer.value(column, value));
    return `(${items.join(', ')})`;
  });
  // A row of nulls of the table's own types: PostgreSQL takes parameters in VALUES for text otherwise.
  if (writer.engine === 'postgres') {
    values.unshift(`(${columns.map((column) => `(NULL::${table}).${writer.column(column)}`).join(', ')})`);
  }
  const owner = writer.name('target');
  const set = first.set.map(([column], index) => `${writer.column(column)} = ${LIST}.c${first.where.length + index}`);
  const where = first.where.map(([column], index) => `${owner}.${writer.column(column)} = ${LIST}.c${index}`);
  const list = `${LIST}(${names.join(', ')}) AS (VALUES ${values.join(', ')})`;
  if (writer.engine === 'sqlite') {
    // SQLite refuses the alias in RETURNING; the table's own columns are the only ones there.
    return writer.done(
      `WITH ${list} UPDATE ${table} AS ${owner} SET ${set.join(', ')} FROM ${LIST} WHERE ${where.join(' AND ')}${returningOf(writer, returning)}`,
    );
  }
  // Locked in the order of the keys: the join would take the rows as they come, and two statements might wait crosswise.
  const keys = facts.primaryColumns.map((column) => writer.column(column));
  const locked = `SELECT ${keys.join(', ')} FROM ${table} WHERE (${keys.join(', ')}) IN (SELECT ${keys.map((_, index) => `c${index}`).join(', ')} FROM ${LIST}) ORDER BY ${keys.join(', ')} FOR UPDATE`;
  const isLocked = keys.map((key, index) => `${LOCKED}.${key} = ${LIST}.c${index}`);
  return writer.done(
    `WITH ${list}, ${LOCKED} AS (${locked}) UPDATE ${table} AS ${owner} SET ${set.join(', ')} FROM ${LIST}, ${LOCKED} WHERE ${[...isLocked, ...where].join(' AND ')}${returningOf(writer, returning, `${owner}.`)}`,
  );
}

/**
 * UPDATE with a CASE for every column. Joining a list of values would compare its texts with the keys in the
 * connection's collation, past the index.
 */
function byCase(facts: ModelFacts, writer: SqlWriter, rows: readonly RowUpdate[]): Statement {
  const [first] = rows;
  const keys = new Set(facts.primaryColumns);
  const set = first.set.map(([column], index) => {
    const cases = rows.map((row) => {
      const key = row.where.filter(([each]) => keys.has(each)).map(([each, value]) => writer.equals(each, value));
      return `WHEN ${key.join(' AND ')} THEN ${writer.value(column, row.set[index][1])}`;
    });
    const name = writer.column(column);
    return `${name} = CASE ${cases.join(' ')} ELSE ${name} END`;
  });
  const where = rows.map(
    (row) => `(${row.where.map(([column, value]) => writer.equals(column, value)).join(' AND ')})`,
  );
  // A small table would be read as a whole, and what is read is locked.
  const index = writer.engine === 'mysql' ? ' FORCE INDEX (PRIMARY)' : '';
  return writer.done(
    `UPDATE ${writer.table(facts.metadata)}${index} SET ${set.join(', ')} WHERE ${where.join(' OR ')}`,
  );
}
