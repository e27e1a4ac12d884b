import { and, asc, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { ServerDatabase } from '../database/bench-database.js';
import { POSTGRES_OPTIONS } from '../database/session-settings.js';
import type { ArticleRow } from '../dataset/article-row.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import * as schema from '../entities/drizzle-postgres.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

const CHUNK = 500;

const { article, author, versionedArticle } = schema;

/** Drizzle on pg, with prepared statements wherever the SQL is the same each time, as its page on performance advises. */
export async function drizzlePostgres(database: ServerDatabase): Promise<Contestant> {
  const { engine: _, username: user, ...address } = database;
  const pool = new pg.Pool({ ...address, user, options: POSTGRES_OPTIONS });
  const db = drizzle(pool, { schema });

  // A value of its own in `set` would be fixed when the statement is prepared.
  const value = (name: string): SQL => sql`${sql.placeholder(name)}`;
  const now = sql`CURRENT_TIMESTAMP`;

  const byId = db
    .select()
    .from(article)
    .where(eq(article.id, sql.placeholder('id')))
    .prepare('by-id');
  const slice = db
    .select()
    .from(article)
    .orderBy(asc(article.id))
    .offset(sql.placeholder('offset'))
    .limit(sql.placeholder('limit'))
    .prepare('slice');
  const first = db.select().from(article).orderBy(asc(article.id)).limit(sql.placeholder('limit')).prepare('first');
  const firstJoined = db
    .select()
    .from(article)
    .innerJoin(author, eq(author.id, article.authorId))
    .orderBy(asc(article.id))
    .limit(sql.placeholder('limit'))
    .prepare('first-joined');
  const firstWithAuthor = db.query.article
    .findMany({ with: { author: true }, orderBy: asc(article.id), limit: sql.placeholder('limit') })
    .prepare('first-with-author');
  const page = db
    .select()
    .from(article)
    .where(eq(article.isPublished, true))
    .orderBy(desc(article.createdAt), desc(article.id))
    .offset(sql.placeholder('offset'))
    .limit(sql.placeholder('limit'))
    .prepare('page');
  const published = db.select({ count: count() }).from(article).where(eq(article.isPublished, true)).prepare('count');
  const setTitle = db
    .update(article)
    .set({ title: value('title'), updatedAt: now })
    .where(eq(article.id, sql.placeholder('id')))
    .returning()
    .prepare('set-title');
  const setViews = db
    .update(article)
    .set({ viewCount: value('viewCount'), updatedAt: now })
    .where(eq(article.id, sql.placeholder('id')))
    .returning()
    .prepare('set-views');
  const versionedById = db
    .select()
    .from(versionedArticle)
    .where(eq(versionedArticle.id, sql.placeholder('id')))
    .prepare('versioned-by-id');
  const setVersionedViews = db
    .update(versionedArticle)
    .set({ viewCount: value('viewCount'), updatedAt: now, version: sql`${versionedArticle.version} + 1` })
    .where(
      and(eq(versionedArticle.id, sql.placeholder('id')), eq(versionedArticle.version, sql.placeholder('version'))),
    )
    .returning()
    .prepare('set-versioned-views');

  const joined = async (limit: number) =>
    (await firstJoined.execute({ limit })).map((row) => ({ ...row.article, author: row.author }));
  const withAuthor = {
    'select, join': joined,
    'query, with': (limit: number) => firstWithAuthor.execute({ limit }),
  };

  return {
    operations: {
      rowById: { 'prepared select': async (id) => (await byId.execute({ id }))[0] ?? null },
      rowsWithAuthor: withAuthor,
      manyRowsWithAuthor: withAuthor,
      loadedRelationReads: { 'select, join': readLoadedAuthors(joined) },
      rows: { 'prepared select': (limit) => first.execute({ limit }) },
      pageWithCount: {
        'two prepared selects': async ({ offset, limit }) => {
          const items = await page.execute({ offset, limit });
          return { count: (await published.execute())[0].count, items };
        },
      },
      insertRows: {
        'insert, returning': (rows) =>
          db
            .insert(article)
            .values([...rows])
            .returning(),
        'insert, chunks of 500': async (rows) => {
          const stored = rows.map((row) => ({ id: uuidV7(), ...row }));
          return db.transaction(async (transaction) => {
            const generated: Pick<ArticleRow, 'createdAt' | 'updatedAt'>[] = [];
            for (let from = 0; from < stored.length; from += CHUNK) {
              const chunk = stored.slice(from, from + CHUNK);
              const { createdAt, updatedAt } = article;
              generated.push(...(await transaction.insert(article).values(chunk).returning({ createdAt, updatedAt })));
            }
            return stored.map((row, index) => Object.assign(row, generated[index]));
          });
        },
      },
      patchRow: {
        'prepared select, update': async ({ id, changes }) => {
          const [found] = await byId.execute({ id });
          return (await setTitle.execute({ id: found.id, title: changes.title }))[0];
        },
      },
      readChangeSave: {
        'prepared select, update': async (id) => {
          const [found] = await byId.execute({ id });
          return (await setViews.execute({ id, viewCount: found.viewCount + 1 }))[0];
        },
      },
      readChangeSaveVersioned: {
        'prepared select, update': async (id) => {
          const [{ viewCount, version }] = await versionedById.execute({ id });
          const [saved] = await setVersionedViews.execute({ id, version, viewCount: viewCount + 1 });
          if (!saved) throw new Error(`article ${id} was changed`);
          return saved;
        },
      },
      saveBatch: {
        'one update with CASE': async (slot) => {
          const loaded = await slice.execute({ ...slot });
          return async () => {
            for (const row of loaded) row.viewCount += 1;
            const cases = loaded.map((row) => sql`when ${article.id} = ${row.id} then ${row.viewCount}::int`);
            const written = await db
              .update(article)
              .set({ viewCount: sql`case ${sql.join(cases, sql` `)} end`, updatedAt: now })
              .where(
                inArray(
                  article.id,
                  loaded.map(({ id }) => id),
                ),
              )
              .returning({ id: article.id, updatedAt: article.updatedAt });
            return touched(loaded, written);
          };
        },
        'prepared updates, one transaction': async (slot) => {
          const loaded = await slice.execute({ ...slot });
          return () =>
            db.transaction(async (transaction) => {
              const update = transaction
                .update(article)
                .set({ viewCount: value('viewCount'), updatedAt: now })
                .where(eq(article.id, sql.placeholder('id')))
                .returning({ id: article.id, updatedAt: article.updatedAt })
                .prepare('set-views-of-one');
              for (const row of loaded) {
                row.viewCount += 1;
                Object.assign(row, (await update.execute({ id: row.id, viewCount: row.viewCount }))[0]);
              }
              return loaded;
            });
        },
      },
    },
    close: () => pool.end(),
  };
}

function touched(loaded: ArticleRow[], written: readonly Pick<ArticleRow, 'id' | 'updatedAt'>[]): ArticleRow[] {
  const updatedAt = new Map(written.map((row) => [row.id, row.updatedAt]));
  for (const row of loaded) row.updatedAt = updatedAt.get(row.id) ?? row.updatedAt;
  return loaded;
}
