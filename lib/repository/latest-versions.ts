import type { ObjectLiteral } from 'typeorm';
import { persistedValueOfRow } from '../hydration/index.js';
import { chunked } from '../relations/index.js';
import { keyOfRow } from './key-of-row.js';
import type { ModelFacts } from './model-facts.js';
import { runStatement } from './run-statement.js';
import { SqlWriter, type Statement } from './sql-writer.js';

const KEYS_PER_QUERY = 1_000;

/** SQLite limits the depth of an OR, which keys of several columns need. */
const COMPOSITE_KEYS_PER_QUERY = 200;

/**
 * The versions that the rows of these entities have now, by key: undefined for models without a version, and no entry
 * for rows that are gone. Inside a transaction. The rows are locked, one after the other by their keys, so that two
 * who write the same rows wait for each other instead of ending in a deadlock.
 */
export async function latestVersions(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
): Promise<Map<string, unknown>> {
  const { version, dataSource } = facts;
  const versions = new Map<string, unknown>();
  const size = facts.primaryColumns.length > 1 ? COMPOSITE_KEYS_PER_QUERY : KEYS_PER_QUERY;
  for (const part of chunked([...entities].sort(byKey(facts)), size)) {
    const { rows } = await runStatement(dataSource, lockingStatement(facts, part));
    for (const row of rows) {
      const stored = version && persistedValueOfRow(dataSource, version, row[version.databaseName]);
      versions.set(keyOfRow(facts, row), stored);
    }
  }
  return versions;
}

function lockingStatement(facts: ModelFacts, entities: readonly ObjectLiteral[]): Statement {
  const { primaryColumns, version, metadata } = facts;
  const writer = new SqlWriter(facts.dataSource);
  const keys = primaryColumns.map((column) => writer.column(column)).join(', ');
  const names = version ? `${keys}, ${writer.column(version)}` : keys;
  const conditions = entities.map((entity) =>
    primaryColumns.map((column) => writer.value(column, column.getEntityValue(entity))),
  );
  const [only] = primaryColumns;
  const where =
    primaryColumns.length === 1
      ? `${writer.column(only)} IN (${conditions.join(', ')})`
      : conditions
          .map((values) => values.map((value, index) => `${writer.column(primaryColumns[index])} = ${value}`))
          .map((condition) => `(${condition.join(' AND ')})`)
          .join(' OR ');
  // A small table would be read as a whole, and MariaDB locks what it reads.
  const index = writer.engine === 'mysql' ? ' FORCE INDEX (PRIMARY)' : '';
  const lock = writer.engine === 'sqlite' ? '' : ' FOR UPDATE';
  return writer.done(`SELECT ${names} FROM ${writer.table(metadata)}${index} WHERE ${where} ORDER BY ${keys}${lock}`);
}

/** The order of the keys, as far as it matters here: the same for everybody. */
function byKey(facts: ModelFacts): (a: ObjectLiteral, b: ObjectLiteral) => number {
  const values = (entity: ObjectLiteral): unknown[] =>
    facts.primaryColumns.map((column): unknown => column.getEntityValue(entity));
  return (a, b) => {
    const [one, other] = [values(a), values(b)];
    for (const [index, value] of one.entries()) {
      const [x, y] = [value, other[index]] as [string, string];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
}
