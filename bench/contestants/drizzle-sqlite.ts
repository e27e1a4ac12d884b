import Database from 'better-sqlite3';
import { and, asc, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { SqliteDatabase } from '../database/bench-database.js';
import { SQLITE_PRAGMAS } from '../database/session-settings.js';
import type { NewArticle } from '../dataset/new-article.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import * as schema from '../entities/drizzle-sqlite.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

const { article, author, versionedArticle } = schema;

/** Drizzle on better-sqlite3, with prepared statements wherever the SQL is the same each time. */
export async function drizzleSqlite(database: SqliteDatabase): Promise<Contestant> {
  const client = new Database(database.file);
  for (const pragma of SQLITE_PRAGMAS) client.pragma(pragma);
  const db = drizzle(client, { schema });

  // A value of its own in `set` would be fixed when the statement is prepared.
  const viewCount: SQL = sql`${sql.placeholder('viewCount')}`;
  const updatedAt: SQL = sql`${sql.param(sql.placeholder('updatedAt'), article.updatedAt)}`;

  const byId = db
    .select()
    .from(article)
    .where(eq(article.id, sql.placeholder('id')))
    .prepare();
  const slice = db
    .select()
    .from(article)
    .orderBy(asc(article.id))
    .offset(sql.placeholder('offset'))
    .limit(sql.placeholder('limit'))
    .prepare();
  const first = db.select().from(article).orderBy(asc(article.id)).limit(sql.placeholder('limit')).prepare();
  const firstJoined = db
    .select()
    .from(article)
    .innerJoin(author, eq(author.id, article.authorId))
    .orderBy(asc(article.id))
    .limit(sql.placeholder('limit'))
    .prepare();
  const firstWithAuthor = db.query.article
    .findMany({ with: { author: true }, orderBy: asc(article.id), limit: sql.placeholder('limit') })
    .prepare();
  const page = db
    .select()
    .from(article)
    .where(eq(article.isPublished, true))
    .orderBy(desc(article.createdAt), desc(article.id))
    .offset(sql.placeholder('offset'))
    .limit(sql.placeholder('limit'))
    .prepare();
  const published = db.select({ count: count() }).from(article).where(eq(article.isPublished, true)).prepare();
  const insert = db
    .insert(article)
    .values({
      id: sql.placeholder('id'),
      title: sql.placeholder('title'),
      slug: sql.placeholder('slug'),
      body: sql.placeholder('body'),
      isPublished: sql.placeholder('isPublished'),
      viewCount: sql.placeholder('viewCount'),
      rating: sql.placeholder('rating'),
      language: sql.placeholder('language'),
      createdAt: sql.placeholder('createdAt'),
      updatedAt: sql.placeholder('updatedAt'),
      authorId: sql.placeholder('authorId'),
    })
    .prepare();
  const setTitle = db
    .update(article)
    .set({ title: sql`${sql.placeholder('title')}`, updatedAt })
    .where(eq(article.id, sql.placeholder('id')))
    .returning()
    .prepare();
  const setViews = db
    .update(article)
    .set({ viewCount, updatedAt })
    .where(eq(article.id, sql.placeholder('id')))
    .returning()
    .prepare();
  const setViewsQuietly = db
    .update(article)
    .set({ viewCount, updatedAt })
    .where(eq(article.id, sql.placeholder('id')))
    .prepare();
  const versionedById = db
    .select()
    .from(versionedArticle)
    .where(eq(versionedArticle.id, sql.placeholder('id')))
    .prepare();
  const setVersionedViews = db
    .update(versionedArticle)
    .set({ viewCount, updatedAt, version: sql`${versionedArticle.version} + 1` })
    .where(
      and(eq(versionedArticle.id, sql.placeholder('id')), eq(versionedArticle.version, sql.placeholder('version'))),
    )
    .returning()
    .prepare();

  const joined = (limit: number) => firstJoined.all({ limit }).map((row) => ({ ...row.article, author: row.author }));
  const withAuthor = {
    'select, join': joined,
    'query, with': (limit: number) => firstWithAuthor.all({ limit }),
  };
  const newRows = (rows: readonly NewArticle[]) => {
    const now = new Date();
    return rows.map((row) => ({ id: uuidV7(), ...row, createdAt: now, updatedAt: now }));
  };

  return {
    operations: {
      rowById: { 'prepared select': (id) => byId.get({ id }) ?? null },
      rowsWithAuthor: withAuthor,
      manyRowsWithAuthor: withAuthor,
      loadedRelationReads: { 'select, join': readLoadedAuthors(joined) },
      rows: { 'prepared select': (limit) => first.all({ limit }) },
      pageWithCount: {
        'two prepared selects': ({ offset, limit }) => {
          return { items: page.all({ offset, limit }), count: published.get()!.count };
        },
      },
      insertRows: {
        'prepared inserts, one transaction': (rows) => {
          const stored = newRows(rows);
          db.transaction(() => {
            for (const row of stored) insert.run(row);
          });
          return stored;
        },
        'one insert': (rows) => {
          const stored = newRows(rows);
          db.insert(article).values(stored).run();
          return stored;
        },
      },
      patchRow: {
        'prepared select, update': ({ id, changes }) => {
          const found = byId.get({ id })!;
          return setTitle.get({ id: found.id, title: changes.title, updatedAt: new Date() });
        },
      },
      readChangeSave: {
        'prepared select, update': (id) => {
          const found = byId.get({ id })!;
          return setViews.get({ id, viewCount: found.viewCount + 1, updatedAt: new Date() });
        },
      },
      readChangeSaveVersioned: {
        'prepared select, update': (id) => {
          const { viewCount, version } = versionedById.get({ id })!;
          const values = { id, version, viewCount: viewCount + 1, updatedAt: new Date() };
          const saved = setVersionedViews.get(values) as ReturnType<typeof setVersionedViews.get> | undefined;
          if (!saved) throw new Error(`article ${id} was changed`);
          return saved;
        },
      },
      saveBatch: {
        'prepared updates, one transaction': (slot) => {
          const loaded = slice.all({ ...slot });
          return () => {
            const updatedAt = new Date();
            db.transaction(() => {
              for (const row of loaded) {
                row.viewCount += 1;
                row.updatedAt = updatedAt;
                setViewsQuietly.run({ id: row.id, viewCount: row.viewCount, updatedAt });
              }
            });
            return loaded;
          };
        },
        'one update with CASE': (slot) => {
          const loaded = slice.all({ ...slot });
          return () => {
            const updatedAt = new Date();
            for (const row of loaded) {
              row.viewCount += 1;
              row.updatedAt = updatedAt;
            }
            const cases = loaded.map((row) => sql`when ${article.id} = ${row.id} then ${row.viewCount}`);
            const ids = loaded.map(({ id }) => id);
            db.update(article)
              .set({ viewCount: sql`case ${sql.join(cases, sql` `)} end`, updatedAt })
              .where(inArray(article.id, ids))
              .run();
            return loaded;
          };
        },
      },
    },
    close: async () => {
      client.close();
    },
  };
}
