import type { ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { entityState } from '../hydration/index.js';
import { chunked } from '../relations/index.js';
import type { ModelFacts } from './model-facts.js';
import { keyOf } from './relation-items.js';

const KEYS_PER_QUERY = 200;

/**
 * The versions that the rows of these entities have now, by key, under their locks: undefined for models without a
 * version, and no entry for rows that are gone. Inside a transaction.
 */
export async function latestVersions(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
): Promise<Map<string, unknown>> {
  const { metadata, target, version } = facts;
  const columns = version ? [...facts.primaryColumns, version] : facts.primaryColumns;
  const versions = new Map<string, unknown>();
  for (const part of chunked(entities, KEYS_PER_QUERY)) {
    const query = facts.dataSource.manager
      .createQueryBuilder(target, facts.name)
      .select(columns.map((column) => `${facts.name}.${column.propertyPath}`))
      .whereInIds(part.map((entity) => metadata.getEntityIdMap(entity)))
      .withDeleted()
      .cache(false);
    if (engineOf(facts.dataSource) !== 'sqlite') query.setLock('pessimistic_write');
    const rows = await query.getMany();
    for (const row of rows) versions.set(keyOf(facts, row), version && entityState(row)?.stored(version));
  }
  return versions;
}
