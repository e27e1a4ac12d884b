import type { ObjectLiteral } from 'typeorm';
import { BYPASS } from '../cache/index.js';
import { columnProperty } from '../hydration/index.js';
import { cachedModelOf } from './cached-model-of.js';
import { cachedRow } from './cached-rows.js';
import { canLookUp, lookUp, rawRowsByKey } from './key-lookup.js';
import { broadcastLoad, listensToLoads } from './listeners.js';
import type { ModelFacts } from './model-facts.js';

/**
 * The entity of a key, as `primaryKeyCondition` has made it, on the shortest path: from the cache, or by SQL that was
 * built once. Undefined: the model takes more than that.
 */
export async function readByKey(
  facts: ModelFacts,
  key: Readonly<Record<string, unknown>>,
): Promise<ObjectLiteral | null | undefined> {
  const cached = cachedModelOf(facts);
  if (!cached) return canLookUp(facts) ? ((await lookUp(facts, key)).at(0) ?? null) : undefined;
  const id = cached.model.id(facts.primaryColumns.map((column) => columnProperty(key, column)));
  if (facts.metadata.eagerRelations.length > 0 || id === undefined) return undefined;
  const found = cachedRow(facts, cached, id, key);
  const row = found instanceof Promise ? await found : found;
  const raw = row === BYPASS ? (await rawRowsByKey(facts, key)).at(0) : row;
  if (!raw) return null;
  const entities = cached.model.hydrate([raw]);
  if (listensToLoads(facts)) await broadcastLoad(facts, entities);
  return entities[0];
}
