import { Redis } from 'ioredis';
import { redisOptions } from '../../redis/redis-server.js';
import { removeKeys } from '../../redis/remove-keys.js';
import type { Contestant } from '../contestant.js';
import type { CacheVenue } from '../venue.js';
import { articleStatements } from './article-statements.js';
import { type CachedArticles, cacheOperations, TTL } from './cached-articles.js';
import { withDates } from './with-dates.js';

/**
 * By hand: GET and JSON.parse, and on a miss SELECT and SET; DEL after an UPDATE. Nothing keeps two from filling at once,
 * dates come back as texts. In the suite of memory too, where it is what the others are compared with.
 */
export async function rawRedis({ suite, database, redis }: CacheVenue): Promise<Contestant> {
  const statements = articleStatements(database);
  const client = new Redis(redisOptions(redis));

  const through = async <Value>(key: string, read: () => Promise<Value>): Promise<Value> => {
    const cached = await client.get(key);
    if (cached !== null) return JSON.parse(cached) as Value;
    const value = await read();
    await client.set(key, JSON.stringify(value), 'PX', TTL);
    return value;
  };
  const rowKey = (id: string) => `${redis.namespace}:row:${id}`;

  const articles: CachedArticles = {
    row: (id) => through(rowKey(id), () => statements.row(id)),
    list: (page) => through(`${redis.namespace}:list:${page.offset}:${page.limit}`, () => statements.list(page)),
    forget: (id) => client.del(rowKey(id)),
    write: async ({ id, changes }) => {
      await statements.setTitle(id, changes.title);
      await articles.forget(id);
      return articles.row(id);
    },
  };
  return {
    operations: cacheOperations(suite, { 'GET, JSON.parse': articles }),
    plain: withDates,
    clear: () => removeKeys(client, redis.namespace),
    close: async () => {
      await client.quit();
      await statements.close();
    },
  };
}
