import { afterEach, describe, expect, it } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { ConfigurationError, SqlModelExtModule, withSqlModelExt, type CacheOptions } from 'nestjs-sqlmodel-ext';
import { checkCacheOptions } from '../../lib/cache/check-cache-options.js';
import { MemoryStore } from '../../lib/cache/index.js';

const check = (options: unknown) => checkCacheOptions('Here', options);

/** What is refused, and what the error says. */
const WRONG: readonly (readonly [options: unknown, message: string])[] = [
  [true, "'cache' must be an object, such as { redis: 'redis://127.0.0.1:6379' }, or false"],
  [null, "'cache' must be an object"],
  [[], "'cache' must be an object"],
  ['redis://127.0.0.1', "'cache' must be an object"],
  [{ ttl: 5 }, "unknown option 'cache.ttl'. Allowed are redis, namespace, dataSource, keyPrefix, strict, cacheManager"],
  [{ redis: '' }, "'cache.redis' is not a URL of Redis: write redis://user:password@host:6379/0"],
  [{ redis: 'localhost:6379' }, "'cache.redis' is not a URL of Redis"],
  [{ redis: 'http://127.0.0.1' }, "'cache.redis' is not a URL of Redis"],
  [{ redis: 6379 }, "'cache.redis' must be a URL, options of ioredis, or a client of ioredis"],
  [{ redis: null }, "'cache.redis' must be a URL, options of ioredis, or a client of ioredis"],
  [{ redis: [{ host: 'a' }] }, "'cache.redis' must be a URL, options of ioredis, or a client of ioredis"],
  [{ redis: { url: 'redis://127.0.0.1' } }, "'cache.redis' has a 'url', which ioredis does not know"],
  [{ redis: new Map() }, "'cache.redis' is an object that is no client of ioredis"],
  [{ namespace: '' }, "'cache.namespace' must be a text, and not empty"],
  [{ namespace: 5 }, "'cache.namespace' must be a text, and not empty"],
  [{ dataSource: '' }, "'cache.dataSource' must be a text, and not empty"],
  [{ keyPrefix: 'north' }, "'cache.keyPrefix' must be a function that gives a text, such as () => tenant.id"],
  [{ strict: 'yes' }, "'cache.strict' must be true or false"],
  [{ cacheManager: 1 }, "'cache.cacheManager' must be true or false"],
  [{ maxEntries: 0 }, "'cache.maxEntries' must be a positive integer, but is 0"],
  [{ maxEntryRows: 1.5 }, "'cache.maxEntryRows' must be a positive integer, but is 1.5"],
  [{ timeout: '40' }, "'cache.timeout' must be a positive integer of milliseconds, but is 40"],
  [{ timeout: NaN }, "'cache.timeout' must be a positive integer of milliseconds, but is NaN"],
  [{ timeout: Infinity }, "'cache.timeout' must be a positive integer of milliseconds, but is Infinity"],
  [{ leaseTtl: -1 }, "'cache.leaseTtl' must be a positive integer of milliseconds, but is -1"],
  [{ leaseWait: null }, "'cache.leaseWait' must be a positive integer of milliseconds, but is null"],
  [{ tombstoneTtl: 2 ** 31 }, "'cache.tombstoneTtl' must be a positive integer of milliseconds, 2147483647 at most"],
  [{ metrics: 'prometheus' }, "'cache.metrics' must be an object of onHit, onMiss, onBypass"],
  [{ metrics: { onhit: () => 1 } }, "unknown hook 'cache.metrics.onhit'. Allowed are onHit, onMiss, onBypass"],
  [{ metrics: { onHit: true } }, "'cache.metrics.onHit' must be a function"],
  [{ store: {} }, "'cache.store' must be a CacheStore: an object with read, lease, fill"],
  [{ store: 'memory' }, "'cache.store' must be a CacheStore"],
  [
    { redis: 'redis://127.0.0.1', store: new MemoryStore({ maxEntries: 1 }) },
    "'cache.redis' and 'cache.store' are two stores: give one",
  ],
  [{ redis: 'redis://127.0.0.1', maxEntries: 1 }, "'cache.maxEntries' is for the cache in memory"],
  [{ store: new MemoryStore({ maxEntries: 1 }), maxEntries: 1 }, "'cache.maxEntries' is for the cache in memory"],
  [{ cacheManager: true }, "'cache.cacheManager' shares the connection of 'cache.redis'"],
];

describe('the options of the cache', () => {
  const clients: (Redis | Cluster)[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  it.each(WRONG)('refuses %o', (options, message) => {
    expect(() => check(options)).toThrow(`Here: ${message}`);
    expect(() => check(options)).toThrow(ConfigurationError);
  });

  it('names the option in the error', () => {
    let error: unknown;
    try {
      check({ timeout: 0 });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ fields: { option: 'cache.timeout' } });
  });

  it('never repeats a URL, which may hold a password', () => {
    expect(() => check({ redis: 'rdis://user:secret@127.0.0.1' })).not.toThrow('secret');
    expect(() => check({ redis: 'rdis://user:secret@127.0.0.1' })).toThrow('not a URL');
  });

  it('takes everything that is right', () => {
    const client = new Redis({ lazyConnect: true });
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    clients.push(client, cluster);
    class Metrics {
      hits = 0;
      onHit(): void {
        this.hits++;
      }
    }
    const right: CacheOptions[] = [
      {},
      { redis: undefined, namespace: undefined, timeout: undefined, metrics: undefined },
      { redis: 'redis://127.0.0.1:6379/0' },
      { redis: 'rediss://user:password@example.org' },
      { redis: { host: '127.0.0.1', port: 6379 }, cacheManager: false, strict: true },
      { redis: client },
      { redis: cluster },
      { store: new MemoryStore({ maxEntries: 1 }) },
      { maxEntries: 1, maxEntryRows: 1, timeout: 1, leaseTtl: 1, leaseWait: 1, tombstoneTtl: 1 },
      { namespace: 'shop', dataSource: 'main', keyPrefix: () => '' },
      { metrics: { onHit: () => undefined, onMiss: undefined } },
      { metrics: new Metrics() },
    ];
    for (const options of right) expect(check(options)).toBe(options);
  });

  it('is checked by forRoot() and by withSqlModelExt()', () => {
    const wrong = { cache: { ttl: 5 } } as never;
    expect(() => SqlModelExtModule.forRoot(wrong)).toThrow("SqlModelExtModule: unknown option 'cache.ttl'");
    expect(() => SqlModelExtModule.forRoot({ cache: true } as never)).toThrow("SqlModelExtModule: 'cache' must be");
    const dataSource = new DataSource({ type: 'better-sqlite3', database: ':memory:' });
    expect(() => withSqlModelExt(dataSource, wrong)).toThrow("withSqlModelExt(): unknown option 'cache.ttl'");
    expect(() => SqlModelExtModule.forRootAsync({ useFactory: () => ({}), cacheManager: 1 as never })).toThrow(
      "'cacheManager' must be true or false",
    );
    expect(() => SqlModelExtModule.forRootAsync({ useFactory: () => ({}), cache: {} } as never)).toThrow(
      "'cache' is for the options that useFactory gives",
    );
  });
});
