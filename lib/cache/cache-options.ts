import type { CacheStore } from './cache-store.js';
import type { RedisClient } from './redis-client.js';

/** What was asked of the cache. */
export interface CacheEvent {
  /** Name of the model. */
  readonly model: string;
  /** One row by its key, a list of rows by a condition, or a number of rows. */
  readonly kind: 'row' | 'query' | 'count';
}

/** Why a read of a cached model did not ask the cache, or did not believe it. */
export type BypassReason =
  /** The caller said `noCache`. */
  | 'noCache'
  /** The rows are read under a lock. */
  | 'lock'
  /** The query reaches other tables: `join`, conditions or orders by relations. */
  | 'join'
  /** A function narrows the query, or it selects more columns, or an operator holds raw SQL. */
  | 'custom'
  /** The transaction has written the model itself. */
  | 'written'
  /** The transaction reads a snapshot (REPEATABLE READ, SERIALIZABLE), which may be older than the cache. */
  | 'snapshot'
  /** `@RetryOnConflict()` repeats the transaction: what it needs is the row as it is. */
  | 'retry'
  /** A writer is between its COMMIT and the end of its invalidation. */
  | 'writing'
  /** Another process reads the same, and did not end in time. */
  | 'busy'
  /** The store cannot be reached. */
  | 'unavailable'
  /** It is not stored: a list longer than `maxEntryRows`, a value of an unknown class, a key that the database knows by another spelling. */
  | 'notStored';

/** A bypass, with its reason. */
export interface BypassEvent extends CacheEvent {
  readonly reason: BypassReason;
}

/** Is told what the cache does. What a hook throws is logged once and changes nothing. */
export interface CacheMetrics {
  /** A read was answered without the database. */
  onHit?(event: CacheEvent): void;
  /** A read asked the cache in vain, and then the database. */
  onMiss?(event: CacheEvent): void;
  /** A read went straight to the database. */
  onBypass?(event: BypassEvent): void;
}

/** Address and credentials of a Redis server, as ioredis takes them. */
export type RedisConnection = Readonly<Record<string, unknown>>;

/** Option `cache` of `SqlModelExtModule.forRoot()`. All are optional. */
export interface CacheOptions {
  /**
   * Where the cache lives: a URL (`redis://`, `rediss://`), options of ioredis, or a client of ioredis, cluster or not,
   * that the application has made and closes itself. Absent: in the memory of this process.
   */
  readonly redis?: string | RedisConnection | RedisClient;
  /** Begins every key, so that several applications can share a server. Default `sqlmodel`. */
  readonly namespace?: string;
  /** Name of the data source in keys. Default: that of the data source; `default` where it has none. */
  readonly dataSource?: string;
  /** Part of every key, asked at each read and write: such as the tenant of the current request. */
  readonly keyPrefix?: () => string;
  /** Whether a write fails before its COMMIT when the store cannot be told. Default false: then reads may be up to `cacheTtl` old. */
  readonly strict?: boolean;
  /** Entries in memory, the least recently used go first. Default 10,000. Only without `redis`. */
  readonly maxEntries?: number;
  /** Rows of a list that is cached; longer lists are not. Default 1,000. */
  readonly maxEntryRows?: number;
  /** Milliseconds after which an answer of Redis counts as missing. Default 40. */
  readonly timeout?: number;
  /** Milliseconds that a reader has to fill what it found missing. Default 5,000. */
  readonly leaseTtl?: number;
  /** Milliseconds that readers wait for another reader of the same. Default 2,000. */
  readonly leaseWait?: number;
  /** Milliseconds for which a writer that dies keeps its rows out of the cache; must outlive every COMMIT. Default 30,000. */
  readonly tombstoneTtl?: number;
  /** Whether `CACHE_MANAGER` of `@nestjs/cache-manager` is provided, on the same connection. Default: with `redis`. */
  readonly cacheManager?: boolean;
  readonly metrics?: CacheMetrics;
  /** A store of your own, instead of memory and Redis: for tests. */
  readonly store?: CacheStore;
}
