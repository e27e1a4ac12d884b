import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { PlainArticle, PlainAuthor, PlainVersionedArticle } from '../../entities/plain.js';
import { redisOptions } from '../../redis/redis-server.js';
import { removeKeys } from '../../redis/remove-keys.js';
import type { Contestant } from '../contestant.js';
import type { CacheVenue } from '../venue.js';
import { type CachedArticles, cacheOperations, TTL } from './cached-articles.js';

/** TypeORM's query result cache in Redis: `cache` in the find options, removed by its name after a write. */
export async function typeOrmQueryCache({ suite, database, redis }: CacheVenue): Promise<Contestant> {
  const connection = redisOptions(redis);
  const dataSource = new DataSource({
    ...dataSourceOptions(database),
    entities: [PlainAuthor, PlainArticle, PlainVersionedArticle],
    cache: { type: 'ioredis', options: { ...connection, keyPrefix: `${redis.namespace}:` }, duration: TTL },
  });
  await dataSource.initialize();
  const repository = dataSource.getRepository(PlainArticle);
  const sweeper = new Redis(connection);

  const rowName = (id: string) => `article:${id}`;
  const articles: CachedArticles = {
    row: (id) => repository.findOne({ where: { id }, cache: { id: rowName(id), milliseconds: TTL } }),
    list: ({ offset, limit }) =>
      repository.find({
        where: { isPublished: true },
        order: { createdAt: 'DESC', id: 'DESC' },
        skip: offset,
        take: limit,
        cache: true,
      }),
    forget: async (id) => dataSource.queryResultCache?.remove([rowName(id)]),
    write: async ({ id, changes }) => {
      await repository.update({ id }, changes);
      await articles.forget(id);
      return articles.row(id);
    },
  };
  return {
    operations: cacheOperations(suite, { 'find, cache': articles }),
    clear: () => removeKeys(sweeper, redis.namespace), // its own clear() empties the whole server
    close: async () => {
      await sweeper.quit();
      await dataSource.destroy();
    },
  };
}
