import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { PlainArticle, PlainAuthor, PlainVersionedArticle } from '../../entities/plain.js';
import type { Contestant } from '../contestant.js';
import type { CacheVenue } from '../venue.js';
import { type CachedArticles, cacheOperations } from './cached-articles.js';

/** TypeORM's own repository without a cache: what an application has before it has one. */
export async function uncachedTypeOrm({ suite, database }: CacheVenue): Promise<Contestant> {
  const dataSource = new DataSource({
    ...dataSourceOptions(database),
    entities: [PlainAuthor, PlainArticle, PlainVersionedArticle],
  });
  await dataSource.initialize();
  const repository = dataSource.getRepository(PlainArticle);
  const articles: CachedArticles = {
    row: (id) => repository.findOneBy({ id }),
    list: ({ offset, limit }) =>
      repository.find({
        where: { isPublished: true },
        order: { createdAt: 'DESC', id: 'DESC' },
        skip: offset,
        take: limit,
      }),
    forget: async () => undefined,
    write: async ({ id, changes }) => {
      await repository.update({ id }, changes);
      return articles.row(id);
    },
  };
  return {
    operations: cacheOperations(suite, { 'from the database': articles }),
    clear: async () => undefined,
    close: () => dataSource.destroy(),
  };
}
