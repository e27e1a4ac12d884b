import { DataSource } from 'typeorm';
import type { BenchDatabase } from '../database/bench-database.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import type { NewArticle } from '../dataset/new-article.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import { PlainArticle, PlainAuthor, PlainVersionedArticle } from '../entities/plain.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

const CHUNK = 500;

/** TypeORM's own repository, used as its documentation shows. */
export async function plainTypeOrm(database: BenchDatabase): Promise<Contestant> {
  const dataSource = new DataSource({
    ...dataSourceOptions(database),
    entities: [PlainAuthor, PlainArticle, PlainVersionedArticle],
  });
  await dataSource.initialize();
  const articles = dataSource.getRepository(PlainArticle);
  const versionedArticles = dataSource.getRepository(PlainVersionedArticle);

  const withId = (row: NewArticle) => ({ id: uuidV7(), ...row });
  const rowsWithAuthor = (relationLoadStrategy: 'join' | 'query') => (limit: number) =>
    articles.find({ relations: { author: true }, relationLoadStrategy, order: { id: 'ASC' }, take: limit });

  return {
    operations: {
      rowById: { findOneBy: (id) => articles.findOneBy({ id }) },
      rowsWithAuthor: { 'find, join': rowsWithAuthor('join'), 'find, query': rowsWithAuthor('query') },
      manyRowsWithAuthor: { 'find, join': rowsWithAuthor('join'), 'find, query': rowsWithAuthor('query') },
      foundRows: { find: (limit) => articles.find({ order: { id: 'ASC' }, take: limit }) },
      foundRowsWithAuthor: { 'find, join': rowsWithAuthor('join') },
      loadedRelationReads: { find: readLoadedAuthors(rowsWithAuthor('join')) },
      rows: { find: (limit) => articles.find({ order: { id: 'ASC' }, take: limit }) },
      pageWithCount: {
        findAndCount: async ({ offset, limit }) => {
          const order = { createdAt: 'DESC', id: 'DESC' } as const;
          const [items, count] = await articles.findAndCount({
            where: { isPublished: true },
            order,
            skip: offset,
            take: limit,
          });
          return { count, items };
        },
      },
      insertRows: {
        ...(database.engine !== 'sqlite' && {
          insert: async (rows: readonly NewArticle[]) => {
            const entities = articles.create(rows.map(withId));
            await articles.insert(entities);
            return entities;
          },
        }),
        // In one piece SQLite refuses it: TypeORM reads the timestamps back with one OR for each row, 1,000 deep.
        'insert, chunks of 500': async (rows) => {
          const entities = articles.create(rows.map(withId));
          await dataSource.transaction(async (manager) => {
            for (let from = 0; from < entities.length; from += CHUNK) {
              await manager.insert(PlainArticle, entities.slice(from, from + CHUNK)); // writes timestamps into the entities
            }
          });
          return entities;
        },
        'save, chunks of 500': (rows) => articles.save(articles.create(rows.map(withId)), { chunk: CHUNK }),
        save: (rows) => articles.save(articles.create(rows.map(withId))),
      },
      patchRow: {
        'findOneBy, save': async ({ id, changes }) => {
          const article = await articles.findOneBy({ id });
          if (!article) throw new Error(`no article ${id}`);
          return articles.save(articles.merge(article, changes));
        },
      },
      readChangeSave: {
        'findOneByOrFail, save': async (id) => {
          const article = await articles.findOneByOrFail({ id });
          article.viewCount += 1;
          return articles.save(article);
        },
      },
      // TypeORM counts the version up, and does not ask whether the row still has the one that was read.
      readChangeSaveVersioned: {
        'findOneByOrFail, save': async (id) => {
          const article = await versionedArticles.findOneByOrFail({ id });
          article.viewCount += 1;
          return versionedArticles.save(article);
        },
      },
      unchangedSave: {
        save: async (id) => {
          const article = await articles.findOneByOrFail({ id });
          return () => articles.save(article);
        },
      },
      saveBatch: {
        save: async ({ offset, limit }) => {
          const loaded = await articles.find({ order: { id: 'ASC' }, skip: offset, take: limit });
          return () => {
            for (const article of loaded) article.viewCount += 1;
            return articles.save(loaded);
          };
        },
      },
    },
    close: () => dataSource.destroy(),
  };
}
