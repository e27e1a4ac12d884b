import type { ArticleRow } from '../../dataset/article-row.js';
import { ArticleSchema, type MikroArticle } from '../../entities/mikro-orm.js';
import type { Contestant } from '../contestant.js';
import { openMikroOrm, plain } from '../mikro-orm.js';
import type { CacheVenue } from '../venue.js';
import { type CachedArticles, cacheOperations, TTL } from './cached-articles.js';

/** MikroORM's result cache, which is in memory: `cache` in the find options, cleared by its name after a flush. */
export async function mikroOrmResultCache({ suite, database }: CacheVenue): Promise<Contestant> {
  const orm = await openMikroOrm(database);
  const fork = () => orm.em.fork();

  const row = (id: string) => ({ cache: [`article:${id}`, TTL] as [string, number] });
  const articles: CachedArticles = {
    row: async (id) => fork().findOne(ArticleSchema, id, row(id)) as Promise<ArticleRow | null>,
    list: async ({ offset, limit }) => {
      const found: MikroArticle[] = await fork().find(
        ArticleSchema,
        { isPublished: true },
        { orderBy: { createdAt: 'desc', id: 'desc' }, offset, limit, cache: TTL },
      );
      return found as unknown as ArticleRow[];
    },
    forget: (id) => fork().clearCache(`article:${id}`),
    write: async ({ id, changes }) => {
      const em = fork();
      const found = await em.findOneOrFail(ArticleSchema, id, row(id));
      em.assign(found, changes);
      await em.flush();
      await articles.forget(id);
      return articles.row(id);
    },
  };
  return {
    operations: cacheOperations(suite, { 'find, cache': articles }),
    plain,
    clear: async () => orm.config.getResultCacheAdapter().clear(),
    close: () => orm.close(),
  };
}
