import pg from 'pg';
import type { ServerDatabase } from '../../database/bench-database.js';
import { POSTGRES_OPTIONS } from '../../database/session-settings.js';
import type { ArticleRow } from '../../dataset/article-row.js';
import type { PageRequest } from '../contestant.js';

const COLUMNS = `id, title, slug, body, "isPublished", "viewCount", rating, language, "createdAt", "updatedAt", "authorId"`;

/** What caches without a database library of their own read from and write to: pg with named statements. */
export interface ArticleStatements {
  row(id: string): Promise<ArticleRow | null>;
  list(page: PageRequest): Promise<ArticleRow[]>;
  setTitle(id: string, title: string): Promise<void>;
  close(): Promise<void>;
}

export function articleStatements(database: ServerDatabase): ArticleStatements {
  const { engine: _, username: user, ...address } = database;
  const pool = new pg.Pool({ ...address, user, options: POSTGRES_OPTIONS });
  return {
    row: async (id) => {
      const text = `SELECT ${COLUMNS} FROM article WHERE id = $1`;
      return (await pool.query<ArticleRow>({ name: 'by-id', text, values: [id] })).rows[0] ?? null;
    },
    list: async ({ offset, limit }) => {
      const text = `SELECT ${COLUMNS} FROM article WHERE "isPublished" ORDER BY "createdAt" DESC, id DESC OFFSET $1 LIMIT $2`;
      return (await pool.query<ArticleRow>({ name: 'page', text, values: [offset, limit] })).rows;
    },
    setTitle: async (id, title) => {
      const text = `UPDATE article SET title = $2, "updatedAt" = CURRENT_TIMESTAMP WHERE id = $1`;
      await pool.query({ name: 'set-title', text, values: [id, title] });
    },
    close: () => pool.end(),
  };
}
