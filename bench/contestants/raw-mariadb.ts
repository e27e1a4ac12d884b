import mysql from 'mysql2/promise';
import type { ServerDatabase } from '../database/bench-database.js';
import type { ArticleRow, VersionedArticleRow } from '../dataset/article-row.js';
import type { AuthorRow } from '../dataset/author-row.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

const COLUMNS = 'id, title, slug, body, isPublished, viewCount, rating, language, createdAt, updatedAt, authorId';

/** mysql2 with prepared statements (`execute`), which it keeps per connection. */
export async function rawMariadb(database: ServerDatabase): Promise<Contestant> {
  const { engine: _, username: user, ...address } = database;
  const pool = mysql.createPool({ ...address, user, charset: 'utf8mb4_unicode_ci' });

  const select = async <Row>(sql: string, ...values: (string | number)[]) =>
    (await pool.execute(sql, values))[0] as Row[];

  const byId = `SELECT ${COLUMNS} FROM article WHERE id = ?`;
  const first = `SELECT ${COLUMNS} FROM article ORDER BY id LIMIT ?`;
  const firstWithAuthor = `SELECT ${COLUMNS.replace(/\w+/g, 'a.$&')}, u.name AS author_name, u.email AS author_email,
      u.createdAt AS author_createdAt, u.updatedAt AS author_updatedAt
    FROM article a LEFT JOIN author u ON u.id = a.authorId ORDER BY a.id LIMIT ?`;
  const page = `SELECT ${COLUMNS} FROM article WHERE isPublished = 1 ORDER BY createdAt DESC, id DESC LIMIT ? OFFSET ?`;
  const count = 'SELECT count(*) AS count FROM article WHERE isPublished = 1';
  const insert = `INSERT INTO article (${COLUMNS}) VALUES ?`;
  const setTitle = 'UPDATE article SET title = ?, updatedAt = ? WHERE id = ?';
  const setViews = 'UPDATE article SET viewCount = ?, updatedAt = ? WHERE id = ?';
  const versionedById = `SELECT ${COLUMNS}, version FROM versioned_article WHERE id = ?`;
  const setVersionedViews =
    'UPDATE versioned_article SET viewCount = ?, updatedAt = ?, version = version + 1 WHERE id = ? AND version = ?';
  const slice = `SELECT ${COLUMNS} FROM article ORDER BY id LIMIT ? OFFSET ?`;
  const setManyViews = `UPDATE article JOIN JSON_TABLE(?, '$[*]' COLUMNS (id char(36) PATH '$.id', views int PATH '$.viewCount')) v
      ON v.id = article.id SET article.viewCount = v.views, article.updatedAt = ?`;

  const withAuthor = async (limit: number) =>
    (await select<StoredArticle & AuthorColumns>(firstWithAuthor, String(limit))).map(toArticleWithAuthor);

  return {
    operations: {
      rowById: {
        'prepared statement': async (id) => {
          const [row] = await select<StoredArticle>(byId, id);
          return row ? toArticle(row) : null;
        },
      },
      rowsWithAuthor: { 'one join': withAuthor },
      manyRowsWithAuthor: { 'one join': withAuthor },
      foundRowsWithAuthor: { 'one join': withAuthor },
      loadedRelationReads: { 'one join': readLoadedAuthors(withAuthor) },
      foundRows: {
        'prepared statement': async (limit) => (await select<StoredArticle>(first, String(limit))).map(toArticle),
      },
      rows: {
        'prepared statement': async (limit) => (await select<StoredArticle>(first, String(limit))).map(toArticle),
      },
      pageWithCount: {
        'two statements': async ({ offset, limit }) => {
          const items = (await select<StoredArticle>(page, String(limit), String(offset))).map(toArticle);
          return { count: Number((await select<{ count: number }>(count))[0].count), items };
        },
      },
      insertRows: {
        'one statement': async (rows) => {
          const now = new Date();
          const stored = rows.map((row) => ({ id: uuidV7(), ...row, createdAt: now, updatedAt: now }));
          await pool.query(insert, [
            stored.map((row) => [
              row.id,
              row.title,
              row.slug,
              row.body,
              row.isPublished,
              row.viewCount,
              row.rating,
              row.language,
              row.createdAt,
              row.updatedAt,
              row.authorId,
            ]),
          ]);
          return stored;
        },
      },
      patchRow: {
        'SELECT, UPDATE': async ({ id, changes }) => {
          const [row] = await select<StoredArticle>(byId, id);
          const updatedAt = new Date();
          await pool.execute(setTitle, [changes.title, updatedAt, id]);
          return { ...toArticle(row), ...changes, updatedAt };
        },
      },
      readChangeSave: {
        'SELECT, UPDATE': async (id) => {
          const article = toArticle((await select<StoredArticle>(byId, id))[0]);
          article.viewCount += 1;
          article.updatedAt = new Date();
          await pool.execute(setViews, [article.viewCount, article.updatedAt, id]);
          return article;
        },
      },
      readChangeSaveVersioned: {
        'SELECT, UPDATE': async (id): Promise<VersionedArticleRow> => {
          const [row] = await select<StoredArticle & { version: number }>(versionedById, id);
          const updatedAt = new Date();
          const viewCount = row.viewCount + 1;
          const [{ affectedRows }] = await pool.execute<mysql.ResultSetHeader>(setVersionedViews, [
            viewCount,
            updatedAt,
            id,
            row.version,
          ]);
          if (affectedRows === 0) throw new Error(`article ${id} was changed`);
          return { ...toArticle(row), viewCount, updatedAt, version: row.version + 1 };
        },
      },
      saveBatch: {
        'UPDATE from JSON_TABLE': async ({ offset, limit }) => {
          const loaded = (await select<StoredArticle>(slice, String(limit), String(offset))).map(toArticle);
          return async () => {
            const updatedAt = new Date();
            for (const article of loaded) {
              article.viewCount += 1;
              article.updatedAt = updatedAt;
            }
            const views = loaded.map(({ id, viewCount }) => ({ id, viewCount }));
            await pool.execute(setManyViews, [JSON.stringify(views), updatedAt]);
            return loaded;
          };
        },
      },
    },
    close: () => pool.end(),
  };
}

interface StoredArticle extends Omit<ArticleRow, 'isPublished' | 'author'> {
  isPublished: number;
}

interface AuthorColumns {
  author_name: string;
  author_email: string;
  author_createdAt: Date;
  author_updatedAt: Date;
}

function toArticle(row: StoredArticle): ArticleRow {
  return { ...row, isPublished: row.isPublished === 1 };
}

function toArticleWithAuthor(row: StoredArticle & AuthorColumns): ArticleRow {
  const { author_name, author_email, author_createdAt, author_updatedAt, ...article } = row;
  const author: AuthorRow = {
    id: article.authorId,
    name: author_name,
    email: author_email,
    createdAt: author_createdAt,
    updatedAt: author_updatedAt,
  };
  return Object.assign(toArticle(article), { author });
}
