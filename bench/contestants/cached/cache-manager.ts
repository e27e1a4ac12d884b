import { type CacheManagerStore, createCache, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { redisOptions } from '../../redis/redis-server.js';
import { removeKeys } from '../../redis/remove-keys.js';
import type { Contestant } from '../contestant.js';
import type { CacheVenue } from '../venue.js';
import { articleStatements } from './article-statements.js';
import { type CachedArticles, cacheOperations, TTL } from './cached-articles.js';
import { withDates } from './with-dates.js';

/** cache-manager: `wrap` around pg; `del` after an UPDATE. In memory it keeps, and gives to all, the same object. */
export async function cacheManager({ suite, database, redis }: CacheVenue): Promise<Contestant> {
  const statements = articleStatements(database);
  const client = new Redis(redisOptions(redis));
  // Its types are those of an older cache-manager.
  const store = redisInsStore(client) as unknown as CacheManagerStore;
  const cache =
    suite === 'memory'
      ? createCache({ ttl: TTL })
      : createCache({ ttl: TTL, stores: [new Keyv({ store: new KeyvAdapter(store), namespace: redis.namespace })] });

  const rowKey = (id: string) => `row:${id}`;
  const articles: CachedArticles = {
    row: (id) => cache.wrap(rowKey(id), () => statements.row(id)),
    list: (page) => cache.wrap(`list:${page.offset}:${page.limit}`, () => statements.list(page)),
    forget: (id) => cache.del(rowKey(id)),
    write: async ({ id, changes }) => {
      await statements.setTitle(id, changes.title);
      await articles.forget(id);
      return articles.row(id);
    },
  };
  return {
    operations: cacheOperations(suite, { wrap: articles }),
    plain: withDates,
    // On Redis its own clear() empties the whole server.
    clear: async () => (suite === 'memory' ? void (await cache.clear()) : removeKeys(client, redis.namespace)),
    close: async () => {
      await client.quit();
      await statements.close();
    },
  };
}
