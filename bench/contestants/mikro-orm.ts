import { MikroORM, wrap } from '@mikro-orm/postgresql';
import type { ServerDatabase } from '../database/bench-database.js';
import { POSTGRES_OPTIONS } from '../database/session-settings.js';
import type { ArticleRow } from '../dataset/article-row.js';
import type { NewArticle } from '../dataset/new-article.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import {
  ArticleSchema,
  AuthorSchema,
  type MikroArticle,
  type MikroVersionedArticle,
  VersionedArticleSchema,
} from '../entities/mikro-orm.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

export function openMikroOrm(database: ServerDatabase): Promise<MikroORM> {
  const { engine: _, username: user, database: dbName, ...address } = database;
  return MikroORM.init({
    entities: [AuthorSchema, ArticleSchema, VersionedArticleSchema],
    ...address,
    user,
    dbName,
    driverOptions: { connection: { options: POSTGRES_OPTIONS } },
  });
}

/** MikroORM's entity manager, a fork for each operation as for each request of an application. */
export async function mikroOrm(database: ServerDatabase): Promise<Contestant> {
  const orm = await openMikroOrm(database);
  const fork = () => orm.em.fork();

  // Entities go out as they are: `plain` gives them the shape of the others when they are compared.
  const article = (entity: MikroArticle) => entity as unknown as ArticleRow;
  const articles = (entities: MikroArticle[]) => entities as unknown as ArticleRow[];

  const withAuthor = (strategy: 'joined' | 'select-in') => async (limit: number) =>
    articles(await fork().find(ArticleSchema, {}, { populate: ['author'], strategy, orderBy: { id: 'asc' }, limit }));
  const withAuthorEitherWay = { 'find, joined': withAuthor('joined'), 'find, select-in': withAuthor('select-in') };
  const newRows = (rows: readonly NewArticle[]) => {
    const now = new Date();
    return rows.map(({ authorId, ...row }) => {
      return { id: uuidV7(), ...row, createdAt: now, updatedAt: now, author: authorId };
    });
  };

  return {
    operations: {
      rowById: { findOne: async (id) => fork().findOne(ArticleSchema, id) as Promise<ArticleRow | null> },
      rowsWithAuthor: withAuthorEitherWay,
      manyRowsWithAuthor: withAuthorEitherWay,
      loadedRelationReads: { 'find, joined': readLoadedAuthors(withAuthor('joined')) },
      rows: {
        find: async (limit) => articles(await fork().find(ArticleSchema, {}, { orderBy: { id: 'asc' }, limit })),
      },
      pageWithCount: {
        findAndCount: async ({ offset, limit }) => {
          const orderBy = { createdAt: 'desc', id: 'desc' } as const;
          const [items, count] = await fork().findAndCount(
            ArticleSchema,
            { isPublished: true },
            { orderBy, offset, limit },
          );
          return { count, items: articles(items) };
        },
      },
      insertRows: {
        'create, flush': async (rows) => {
          const em = fork();
          const created = newRows(rows).map((row) => em.create(ArticleSchema, row));
          await em.persist(created).flush();
          return articles(created);
        },
        insertMany: async (rows) => {
          const created = newRows(rows);
          await fork().insertMany(ArticleSchema, created);
          return created as unknown as ArticleRow[];
        },
      },
      patchRow: {
        'findOneOrFail, assign, flush': async ({ id, changes }) => {
          const em = fork();
          const found = await em.findOneOrFail(ArticleSchema, id);
          em.assign(found, changes);
          await em.flush();
          return article(found);
        },
      },
      readChangeSave: {
        'findOneOrFail, flush': async (id) => {
          const em = fork();
          const found = await em.findOneOrFail(ArticleSchema, id);
          found.viewCount += 1;
          await em.flush();
          return article(found);
        },
      },
      readChangeSaveVersioned: {
        'findOneOrFail, flush': async (id) => {
          const em = fork();
          const found = await em.findOneOrFail(VersionedArticleSchema, id);
          found.viewCount += 1;
          await em.flush();
          return article(found) as ArticleRow & MikroVersionedArticle;
        },
      },
      unchangedSave: {
        flush: async (id) => {
          const em = fork();
          const found = await em.findOneOrFail(ArticleSchema, id);
          return async () => {
            await em.flush();
            return article(found);
          };
        },
      },
      saveBatch: {
        flush: async ({ offset, limit }) => {
          const em = fork();
          const loaded = await em.find(ArticleSchema, {}, { orderBy: { id: 'asc' }, offset, limit });
          return async () => {
            for (const found of loaded) found.viewCount += 1;
            await em.flush();
            return articles(loaded);
          };
        },
      },
    },
    plain,
    close: () => orm.close(),
  };
}

/** The columns of entities; an author that is loaded also as `author`. */
export function plain(output: unknown): unknown {
  if (Array.isArray(output)) return output.map(plain);
  if (isPage(output)) return { ...output, items: plain(output.items) };
  if (!isArticle(output)) return output;
  const { author, ...columns } = { ...output };
  // What insertMany was given has the key alone.
  if (typeof author === 'string') return { ...columns, authorId: author };
  return { ...columns, authorId: author.id, ...(wrap(author).isInitialized() && { author: { ...author } }) };
}

function isPage(output: unknown): output is { items: unknown } {
  return typeof output === 'object' && output !== null && 'items' in output;
}

function isArticle(output: unknown): output is MikroArticle | (Omit<MikroArticle, 'author'> & { author: string }) {
  return typeof output === 'object' && output !== null && 'author' in output;
}
