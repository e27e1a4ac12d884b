import { cacheOf, type CachedModel, type DataSourceCache } from '../cache/index.js';
import type { ModelFacts } from './model-facts.js';

/** A model that is cached, and where. */
export interface Cached {
  readonly cache: DataSourceCache;
  readonly model: CachedModel;
}

const known = new WeakMap<ModelFacts, Cached>();

/** How a model is cached; undefined: it is not. */
export function cachedModelOf(facts: ModelFacts): Cached | undefined {
  const cache = cacheOf(facts.dataSource);
  if (!cache) return undefined;
  const cached = known.get(facts);
  if (cached?.cache === cache) return cached;
  const model = cache.modelOf(facts.metadata);
  if (!model) return undefined;
  const found = { cache, model };
  known.set(facts, found);
  return found;
}
