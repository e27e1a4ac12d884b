import Database from 'better-sqlite3';
import type { SqliteDatabase } from '../database/bench-database.js';
import { SQLITE_PRAGMAS } from '../database/session-settings.js';
import type { ArticleRow, VersionedArticleRow } from '../dataset/article-row.js';
import type { AuthorRow } from '../dataset/author-row.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

const COLUMNS = 'id, title, slug, body, isPublished, viewCount, rating, language, createdAt, updatedAt, authorId';

/** better-sqlite3 with statements that are prepared once. */
export async function rawSqlite(database: SqliteDatabase): Promise<Contestant> {
  const db = new Database(database.file);
  for (const pragma of SQLITE_PRAGMAS) db.pragma(pragma);

  const byId = db.prepare<[string], StoredArticle>(`SELECT ${COLUMNS} FROM article WHERE id = ?`);
  const first = db.prepare<[number], StoredArticle>(`SELECT ${COLUMNS} FROM article ORDER BY id LIMIT ?`);
  const firstWithAuthor = db.prepare<[number], StoredArticle & AuthorColumns>(
    `SELECT ${COLUMNS.replace(/\w+/g, 'a.$&')}, u.name AS author_name, u.email AS author_email,
       u.createdAt AS author_createdAt, u.updatedAt AS author_updatedAt
     FROM article a LEFT JOIN author u ON u.id = a.authorId ORDER BY a.id LIMIT ?`,
  );
  const page = db.prepare<[number, number], StoredArticle>(
    `SELECT ${COLUMNS} FROM article WHERE isPublished = 1 ORDER BY createdAt DESC, id DESC LIMIT ? OFFSET ?`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM article WHERE isPublished = 1').pluck();
  const insert = db.prepare<unknown[]>(`INSERT INTO article (${COLUMNS}) VALUES (${COLUMNS.replace(/\w+/g, '?')})`);
  const setTitle = db.prepare<[string, string, string]>('UPDATE article SET title = ?, updatedAt = ? WHERE id = ?');
  const setViews = db.prepare<[number, string, string]>('UPDATE article SET viewCount = ?, updatedAt = ? WHERE id = ?');
  const versionedById = db.prepare<[string], StoredArticle & { version: number }>(
    `SELECT ${COLUMNS}, version FROM versioned_article WHERE id = ?`,
  );
  const setVersionedViews = db.prepare<[number, string, string, number]>(
    'UPDATE versioned_article SET viewCount = ?, updatedAt = ?, version = version + 1 WHERE id = ? AND version = ?',
  );
  const slice = db.prepare<[number, number], StoredArticle>(
    `SELECT ${COLUMNS} FROM article ORDER BY id LIMIT ? OFFSET ?`,
  );

  const setAllViews = db.transaction((rows: readonly ArticleRow[]) => {
    for (const row of rows) setViews.run(row.viewCount, toStored(row.updatedAt), row.id);
  });
  const insertAll = db.transaction((rows: readonly ArticleRow[]) => {
    for (const row of rows) {
      insert.run(
        row.id,
        row.title,
        row.slug,
        row.body,
        Number(row.isPublished),
        row.viewCount,
        row.rating,
        row.language,
        toStored(row.createdAt),
        toStored(row.updatedAt),
        row.authorId,
      );
    }
  });

  const withAuthor = (limit: number) => firstWithAuthor.all(limit).map(toArticleWithAuthor);

  return {
    operations: {
      rowById: {
        'prepared statement': (id) => {
          const row = byId.get(id);
          return row ? toArticle(row) : null;
        },
      },
      rowsWithAuthor: { 'one join': withAuthor },
      manyRowsWithAuthor: { 'one join': withAuthor },
      foundRowsWithAuthor: { 'one join': withAuthor },
      loadedRelationReads: { 'one join': readLoadedAuthors(withAuthor) },
      foundRows: { 'prepared statement': (limit) => first.all(limit).map(toArticle) },
      rows: { 'prepared statement': (limit) => first.all(limit).map(toArticle) },
      pageWithCount: {
        'two statements': ({ offset, limit }) => {
          return { items: page.all(limit, offset).map(toArticle), count: count.get()! };
        },
      },
      insertRows: {
        'one transaction': (rows) => {
          const now = new Date();
          const stored = rows.map((row) => ({ id: uuidV7(), ...row, createdAt: now, updatedAt: now }));
          insertAll(stored);
          return stored;
        },
      },
      patchRow: {
        'SELECT, UPDATE': ({ id, changes }) => {
          const article = toArticle(byId.get(id)!);
          const updatedAt = new Date();
          setTitle.run(changes.title, toStored(updatedAt), id);
          return { ...article, ...changes, updatedAt };
        },
      },
      readChangeSave: {
        'SELECT, UPDATE': (id) => {
          const article = toArticle(byId.get(id)!);
          article.viewCount += 1;
          article.updatedAt = new Date();
          setViews.run(article.viewCount, toStored(article.updatedAt), id);
          return article;
        },
      },
      readChangeSaveVersioned: {
        'SELECT, UPDATE': (id): VersionedArticleRow => {
          const row = versionedById.get(id)!;
          const article = toArticle(row);
          article.viewCount += 1;
          article.updatedAt = new Date();
          const { changes } = setVersionedViews.run(article.viewCount, toStored(article.updatedAt), id, row.version);
          if (changes === 0) throw new Error(`article ${id} was changed`);
          return Object.assign(article, { version: row.version + 1 });
        },
      },
      saveBatch: {
        'one transaction': ({ offset, limit }) => {
          const loaded = slice.all(limit, offset).map(toArticle);
          return () => {
            const updatedAt = new Date();
            for (const article of loaded) {
              article.viewCount += 1;
              article.updatedAt = updatedAt;
            }
            setAllViews(loaded);
            return loaded;
          };
        },
      },
    },
    close: async () => {
      db.close();
    },
  };
}

interface StoredArticle extends Omit<ArticleRow, 'isPublished' | 'createdAt' | 'updatedAt' | 'author'> {
  isPublished: number;
  createdAt: string;
  updatedAt: string;
}

interface AuthorColumns {
  author_name: string;
  author_email: string;
  author_createdAt: string;
  author_updatedAt: string;
}

function toArticle(row: StoredArticle): ArticleRow {
  return {
    id: row.id,
    title: row.title,
    slug: row.slug,
    body: row.body,
    isPublished: row.isPublished === 1,
    viewCount: row.viewCount,
    rating: row.rating,
    language: row.language,
    createdAt: toDate(row.createdAt),
    updatedAt: toDate(row.updatedAt),
    authorId: row.authorId,
  };
}

function toArticleWithAuthor(row: StoredArticle & AuthorColumns): ArticleRow {
  const author: AuthorRow = {
    id: row.authorId,
    name: row.author_name,
    email: row.author_email,
    createdAt: toDate(row.author_createdAt),
    updatedAt: toDate(row.author_updatedAt),
  };
  return Object.assign(toArticle(row), { author });
}

/** TypeORM's storage format: UTC, a blank for the T, no zone. */
function toStored(date: Date): string {
  return date.toISOString().replace('T', ' ').slice(0, -1);
}

function toDate(stored: string): Date {
  return new Date(`${stored.replace(' ', 'T')}Z`);
}
