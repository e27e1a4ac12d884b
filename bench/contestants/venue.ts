import type { BenchDatabase, ServerDatabase } from '../database/bench-database.js';
import type { RedisServer } from '../redis/redis-server.js';
import type { ContestantName } from './contestant.js';

/** Where a contestant works: plain data, because it travels between processes. */
export type Venue = TablesVenue | CacheVenue;

export interface TablesVenue {
  readonly suite: 'tables';
  readonly database: BenchDatabase;
}

/** Where is cached. */
export type CacheSuite = 'redis' | 'memory';

export interface CacheVenue {
  readonly suite: CacheSuite;
  readonly database: ServerDatabase;
  /** With a namespace of the contestant's own. In the suite of memory too: the raw driver is there to compare with. */
  readonly redis: RedisServer;
}

/** @throws Error for a cache without a Redis server, or on SQLite */
export function venueOf(
  name: ContestantName,
  suite: 'tables' | CacheSuite,
  database: BenchDatabase,
  redis: RedisServer | undefined,
): Venue {
  if (suite === 'tables') return { suite, database };
  if (!redis || database.engine === 'sqlite') throw new Error('caches are measured with a server, and with Redis');
  return { suite, database, redis: { ...redis, namespace: `${redis.namespace}:${suite}:${name}` } };
}
