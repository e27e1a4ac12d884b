import { describe } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import type { CacheStore } from '../../lib/cache/cache-store.js';
import { MemoryStore } from '../../lib/cache/memory-store.js';
import { RedisStore } from '../../lib/cache/redis-store.js';
import { describeOnPrivateRedis, describeOnRedis, REDIS_URL } from './redis.js';
import { startRedisCluster } from './redis-cluster.js';
import { until } from './until.js';

/** A store, and what ends it with all that was started for it. */
export interface OpenStore extends AsyncDisposable {
  readonly store: CacheStore;
}

export interface TestStore {
  readonly name: string;
  /** `describe`, or its `skip` where the store cannot be had. */
  readonly describe: typeof describe | typeof describe.skip;
  open(): Promise<OpenStore>;
}

/** Every kind of store, for one contract. */
export const CACHE_STORES: readonly TestStore[] = [
  { name: 'memory', describe, open: openMemory },
  { name: 'Redis', describe: describeOnRedis, open: openRedis },
  { name: 'Redis Cluster', describe: describeOnPrivateRedis, open: openRedisCluster },
];

async function openMemory(): Promise<OpenStore> {
  const store = new MemoryStore({ maxEntries: 1_000 });
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

async function openRedis(): Promise<OpenStore> {
  const client = new Redis(REDIS_URL as string);
  return { store: await connected(client), [Symbol.asyncDispose]: async () => client.disconnect() };
}

async function openRedisCluster(): Promise<OpenStore> {
  const cluster = await startRedisCluster();
  const client = new Cluster([...cluster.nodes]);
  return {
    store: await connected(client),
    [Symbol.asyncDispose]: async () => {
      client.disconnect();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

async function connected(client: Redis | Cluster): Promise<RedisStore> {
  const store = new RedisStore({ client, own: true, warn: () => undefined });
  await until(() => store.generation !== undefined);
  return store;
}
