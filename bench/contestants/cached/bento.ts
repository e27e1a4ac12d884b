import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { redisOptions } from '../../redis/redis-server.js';
import type { Contestant } from '../contestant.js';
import type { CacheVenue } from '../venue.js';
import { articleStatements } from './article-statements.js';
import { type CachedArticles, cacheOperations, TTL } from './cached-articles.js';
import { withDates } from './with-dates.js';

const MAX_ITEMS = 10_000;

/** bentocache: `getOrSet` around pg; `delete` after an UPDATE. Dates come back as texts where it serializes. */
export async function bento({ suite, database, redis }: CacheVenue): Promise<Contestant> {
  const statements = articleStatements(database);
  const connection = redisOptions(redis);
  const prefix = (name: string) => `${redis.namespace}:${name}`;
  const caches = new BentoCache({
    default: 'redis',
    ttl: TTL,
    stores: {
      redis: bentostore().useL2Layer(redisDriver({ connection, prefix: prefix('redis') })),
      memory: bentostore().useL1Layer(memoryDriver({ maxItems: MAX_ITEMS })),
      unserialized: bentostore().useL1Layer(memoryDriver({ maxItems: MAX_ITEMS, serialize: false })),
      both: bentostore()
        .useL1Layer(memoryDriver({ maxItems: MAX_ITEMS }))
        .useL2Layer(redisDriver({ connection, prefix: prefix('both') }))
        .useBus(redisBusDriver({ connection })),
    },
  });

  const through = (name: 'redis' | 'memory' | 'unserialized' | 'both'): CachedArticles => {
    const cache = caches.use(name);
    const articles: CachedArticles = {
      row: (id) => cache.getOrSet({ key: `row:${id}`, factory: () => statements.row(id) }),
      list: (page) =>
        cache.getOrSet({ key: `list:${page.offset}:${page.limit}`, factory: () => statements.list(page) }),
      forget: (id) => cache.delete({ key: `row:${id}` }),
      write: async ({ id, changes }) => {
        await statements.setTitle(id, changes.title);
        await articles.forget(id);
        return articles.row(id);
      },
    };
    return articles;
  };
  return {
    operations: cacheOperations(
      suite,
      suite === 'redis'
        ? { 'getOrSet, Redis': through('redis') }
        : {
            'getOrSet, memory': through('memory'),
            'getOrSet, memory without serialize': through('unserialized'),
            'getOrSet, memory before Redis': through('both'),
          },
    ),
    plain: withDates,
    clear: () => caches.clearAll(),
    close: async () => {
      await caches.disconnectAll();
      await statements.close();
    },
  };
}
