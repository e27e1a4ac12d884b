import type { ObjectLiteral } from 'typeorm';
import { prepareSelect, type PreparedSelect } from '../entity-model/index.js';
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
  const { dataSource, primaryColumns } = facts;
  let select = prepared.get(facts);
  if (!select) prepared.set(facts, (select = prepare(facts)));
  const parameters = primaryColumns.map((column): unknown =>
    dataSource.driver.preparePersistentValue(key[column.propertyName], column),
  );
  const { rows } = await runStatement(dataSource, { sql: select.sql, parameters }, true);
  return select.hydrate(rows);
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
