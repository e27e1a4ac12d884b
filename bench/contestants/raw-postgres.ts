import pg from 'pg';
import type { ServerDatabase } from '../database/bench-database.js';
import { POSTGRES_OPTIONS } from '../database/session-settings.js';
import type { ArticleRow, VersionedArticleRow } from '../dataset/article-row.js';
import type { AuthorRow } from '../dataset/author-row.js';
import { uuidV7 } from '../dataset/uuid-v7.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

const COLUMNS = `id, title, slug, body, "isPublished", "viewCount", rating, language, "createdAt", "updatedAt", "authorId"`;

/** pg with named statements: parsed and planned once per connection. */
export async function rawPostgres(database: ServerDatabase): Promise<Contestant> {
  const { engine: _, username: user, ...address } = database;
  const pool = new pg.Pool({ ...address, user, options: POSTGRES_OPTIONS });

  const statement = <Row extends object>(name: string, text: string) => {
    return async (...values: unknown[]) => (await pool.query<Row>({ name, text, values })).rows;
  };

  const byId = statement<ArticleRow>('by-id', `SELECT ${COLUMNS} FROM article WHERE id = $1`);
  const first = statement<ArticleRow>('first', `SELECT ${COLUMNS} FROM article ORDER BY id LIMIT $1`);
  const firstWithAuthor = statement<ArticleRow & AuthorColumns>(
    'first-with-author',
    `SELECT ${COLUMNS.replace(/"?\w+"?/g, 'a.$&')}, u.name AS author_name, u.email AS author_email,
       u."createdAt" AS "author_createdAt", u."updatedAt" AS "author_updatedAt"
     FROM article a LEFT JOIN author u ON u.id = a."authorId" ORDER BY a.id LIMIT $1`,
  );
  const page = statement<ArticleRow>(
    'page',
    `SELECT ${COLUMNS} FROM article WHERE "isPublished" ORDER BY "createdAt" DESC, id DESC OFFSET $1 LIMIT $2`,
  );
  const count = statement<{ count: string }>('count', `SELECT count(*) FROM article WHERE "isPublished"`);
  const insert = statement<Pick<ArticleRow, 'createdAt' | 'updatedAt'>>(
    'insert',
    `INSERT INTO article (id, title, slug, body, "isPublished", "viewCount", rating, language, "authorId")
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::int[], $7::float8[],
       $8::text[], $9::uuid[]) RETURNING "createdAt", "updatedAt"`,
  );
  const setTitle = statement<Pick<ArticleRow, 'updatedAt'>>(
    'set-title',
    `UPDATE article SET title = $2, "updatedAt" = CURRENT_TIMESTAMP WHERE id = $1 RETURNING "updatedAt"`,
  );

  const setViews = statement<Pick<ArticleRow, 'updatedAt'>>(
    'set-views',
    `UPDATE article SET "viewCount" = $2, "updatedAt" = CURRENT_TIMESTAMP WHERE id = $1 RETURNING "updatedAt"`,
  );
  const versionedById = statement<VersionedArticleRow>(
    'versioned-by-id',
    `SELECT ${COLUMNS}, version FROM versioned_article WHERE id = $1`,
  );
  const setVersionedViews = statement<Pick<VersionedArticleRow, 'updatedAt' | 'version'>>(
    'set-versioned-views',
    `UPDATE versioned_article SET "viewCount" = $3, "updatedAt" = CURRENT_TIMESTAMP, version = version + 1
     WHERE id = $1 AND version = $2 RETURNING "updatedAt", version`,
  );
  const slice = statement<ArticleRow>('slice', `SELECT ${COLUMNS} FROM article ORDER BY id OFFSET $1 LIMIT $2`);
  const setManyViews = statement<Pick<ArticleRow, 'id' | 'updatedAt'>>(
    'set-many-views',
    `UPDATE article SET "viewCount" = v.views, "updatedAt" = CURRENT_TIMESTAMP
     FROM unnest($1::uuid[], $2::int[]) AS v (id, views) WHERE article.id = v.id
     RETURNING article.id, article."updatedAt"`,
  );

  const withAuthor = async (limit: number) => (await firstWithAuthor(limit)).map(nestAuthor);

  return {
    operations: {
      rowById: { 'named statement': async (id) => (await byId(id))[0] ?? null },
      rowsWithAuthor: { 'one join': withAuthor },
      manyRowsWithAuthor: { 'one join': withAuthor },
      foundRowsWithAuthor: { 'one join': withAuthor },
      loadedRelationReads: { 'one join': readLoadedAuthors(withAuthor) },
      foundRows: { 'named statement': (limit) => first(limit) },
      rows: { 'named statement': (limit) => first(limit) },
      pageWithCount: {
        'two statements': async ({ offset, limit }) => {
          const items = await page(offset, limit);
          return { count: Number((await count())[0].count), items };
        },
      },
      insertRows: {
        unnest: async (rows) => {
          const stored = rows.map((row) => ({ id: uuidV7(), ...row }));
          const generated = await insert(
            stored.map((row) => row.id),
            stored.map((row) => row.title),
            stored.map((row) => row.slug),
            stored.map((row) => row.body),
            stored.map((row) => row.isPublished),
            stored.map((row) => row.viewCount),
            stored.map((row) => row.rating),
            stored.map((row) => row.language),
            stored.map((row) => row.authorId),
          );
          return stored.map((row, index) => Object.assign(row, generated[index]));
        },
      },
      patchRow: {
        'SELECT, UPDATE': async ({ id, changes }) => {
          const [article] = await byId(id);
          const [generated] = await setTitle(id, changes.title);
          return { ...article, ...changes, ...generated };
        },
      },
      readChangeSave: {
        'SELECT, UPDATE': async (id) => {
          const [article] = await byId(id);
          article.viewCount += 1;
          const [generated] = await setViews(id, article.viewCount);
          return Object.assign(article, generated);
        },
      },
      readChangeSaveVersioned: {
        'SELECT, UPDATE': async (id) => {
          const [article] = await versionedById(id);
          article.viewCount += 1;
          const [generated] = await setVersionedViews(id, article.version, article.viewCount);
          if (!generated) throw new Error(`article ${id} was changed`);
          return Object.assign(article, generated);
        },
      },
      saveBatch: {
        // One statement is a transaction.
        'UPDATE from unnest': async ({ offset, limit }) => {
          const loaded = await slice(offset, limit);
          return async () => {
            for (const article of loaded) article.viewCount += 1;
            const generated = await setManyViews(
              loaded.map(({ id }) => id),
              loaded.map(({ viewCount }) => viewCount),
            );
            const updatedAt = new Map(generated.map((row) => [row.id, row.updatedAt]));
            for (const article of loaded) article.updatedAt = updatedAt.get(article.id) ?? article.updatedAt;
            return loaded;
          };
        },
      },
    },
    close: () => pool.end(),
  };
}

interface AuthorColumns {
  author_name: string;
  author_email: string;
  author_createdAt: Date;
  author_updatedAt: Date;
}

function nestAuthor(row: ArticleRow & AuthorColumns): ArticleRow {
  const { author_name, author_email, author_createdAt, author_updatedAt, ...article } = row;
  const author: AuthorRow = {
    id: article.authorId,
    name: author_name,
    email: author_email,
    createdAt: author_createdAt,
    updatedAt: author_updatedAt,
  };
  return { ...article, author };
}
