import type { ObjectLiteral } from 'typeorm';
import { onKeyLookUp } from '../relations/index.js';
import { cachedModelOf } from './cached-model-of.js';
import { rawRowsByKeys } from './key-lookup.js';
import { broadcastLoad } from './listeners.js';
import { factsOf } from './model-facts.js';

// The rows behind to-one relations are put together from the cache, each from its own entry.
onKeyLookUp(async ({ inverseEntityMetadata: metadata }, keys): Promise<ObjectLiteral[] | undefined> => {
  const facts = factsOf(metadata);
  const cached = cachedModelOf(facts);
  // What TypeORM would join to them is not in their entries.
  if (!cached || metadata.eagerRelations.length > 0 || metadata.discriminatorColumn) return undefined;
  const { cache, model } = cached;
  const byId = new Map<string, unknown>();
  for (const key of keys) {
    const id = model.id([key]);
    if (id === undefined) return undefined;
    byId.set(id, key);
  }
  const rows = await cache.readManyRows(model, [...byId.keys()], (ids) =>
    rawRowsByKeys(
      facts,
      ids.map((id) => byId.get(id)),
    ),
  );
  if (!rows) return undefined;
  const entities = model.hydrate(rows);
  await broadcastLoad(facts, entities);
  return entities;
});
