export { cacheOf, configureCache } from './cache-of.js';
export type {
  BypassEvent,
  BypassReason,
  CacheEvent,
  CacheMetrics,
  CacheOptions,
  RedisConnection,
} from './cache-options.js';
export type { Body, CacheStore, MaybePromise, Slot, StoredValue, Unmarked } from './cache-store.js';
export type { CachedModel, RawRow } from './cached-model.js';
export type { CacheLog, DataSourceCache } from './data-source-cache.js';
export { declareRows, declareSave, declareStatement, type DeclaredWrite } from './declared-writes.js';
export { MemoryStore } from './memory-store.js';
export type { RedisClient, RedisNode } from './redis-client.js';
export { RedisStore } from './redis-store.js';
export { connectRedis } from './connect-redis.js';
export { branchesText, NoNormalForm, orderText } from './query-text.js';
export { BYPASS } from './request.js';
export type { RowIdentity } from './row-identity.js';
export { checkCacheOptions } from './check-cache-options.js';
