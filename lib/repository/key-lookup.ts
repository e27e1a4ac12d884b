import { In, type ObjectLiteral } from 'typeorm';
import { prepareSelect, type PreparedSelect } from '../entity-model/index.js';
import { chunked } from '../relations/index.js';
import type { ModelFacts } from './model-facts.js';
import { runStatement } from './run-statement.js';

const prepared = new WeakMap<ModelFacts, PreparedSelect<ObjectLiteral>>();

/**
 * Whether a row can be looked up by its key with SQL that was built once: nothing joins, listens or caches.
 */
export function canLookUp(facts: ModelFacts): boolean {
  const { metadata, dataSource } = facts;
  return (
    metadata.eagerRelations.length === 0 &&
    metadata.relationIds.length === 0 &&
    metadata.afterLoadListeners.length === 0 &&
    !('replication' in dataSource.options && dataSource.options.replication) &&
    !dataSource.options.cache &&
    !dataSource.subscribers.some((subscriber) => 'afterLoad' in subscriber)
  );
}

/** The rows with a key, as `primaryKeyCondition` has made it: one or none. Soft-deleted rows are left out. */
export async function lookUp(facts: ModelFacts, key: Readonly<Record<string, unknown>>): Promise<ObjectLiteral[]> {
  return selectOf(facts).hydrate(await rawRowsByKey(facts, key));
}

/** The same rows as the driver gives them, from the primary server. */
export async function rawRowsByKey(
  facts: ModelFacts,
  key: Readonly<Record<string, unknown>>,
): Promise<readonly Record<string, unknown>[]> {
  const { dataSource, primaryColumns } = facts;
  const parameters = primaryColumns.map((column): unknown =>
    dataSource.driver.preparePersistentValue(key[column.propertyName], column),
  );
  return (await runStatement(dataSource, { sql: selectOf(facts).sql, parameters }, true)).rows;
}

function selectOf(facts: ModelFacts): PreparedSelect<ObjectLiteral> {
  let select = prepared.get(facts);
  if (!select) prepared.set(facts, (select = prepare(facts)));
  return select;
}

function prepare(facts: ModelFacts): PreparedSelect<ObjectLiteral> {
  const { dataSource, metadata, target, primaryColumns } = facts;
  const query = dataSource.manager.createQueryBuilder(target, metadata.name);
  for (const [index, column] of primaryColumns.entries()) {
    // The value only stands for itself: one parameter each, in the order of the columns.
    query.andWhere(`${metadata.name}.${column.propertyPath} = :key${index}`, { [`key${index}`]: '' });
  }
  return prepareSelect(query);
}

/** Keys in one statement. */
const KEYS_PER_STATEMENT = 1_000;

/** The rows with one of these keys of a single column, as the driver gives them, from the primary server. */
export async function rawRowsByKeys(facts: ModelFacts, keys: readonly unknown[]): Promise<Record<string, unknown>[]> {
  const { dataSource, metadata, target, primaryColumns } = facts;
  const rows: Record<string, unknown>[] = [];
  for (const part of chunked(keys, KEYS_PER_STATEMENT)) {
    const query = dataSource.manager
      .createQueryBuilder(target, metadata.name)
      .setFindOptions({ where: { [primaryColumns[0].propertyName]: In([...part]) }, loadEagerRelations: false });
    const [sql, parameters] = query.getQueryAndParameters();
    rows.push(...(await runStatement(dataSource, { sql, parameters })).rows);
  }
  return rows;
}
