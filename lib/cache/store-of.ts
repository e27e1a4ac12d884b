import type { CacheOptions } from './cache-options.js';
import type { CacheStore } from './cache-store.js';
import { connectRedis } from './connect-redis.js';
import { MemoryStore } from './memory-store.js';
import { PendingStore } from './pending-store.js';
import { RedisStore } from './redis-store.js';

const MOST_ENTRIES = 10_000;

/** The store that the options name. Redis connects in the background. */
export function storeOf(options: CacheOptions, warn: (message: string) => void): CacheStore {
  if (options.store) return options.store;
  const { redis } = options;
  if (redis === undefined) return new MemoryStore({ maxEntries: options.maxEntries ?? MOST_ENTRIES });
  return new PendingStore(connectRedis(redis).then(({ client, own }) => new RedisStore({ client, own, warn })));
}
