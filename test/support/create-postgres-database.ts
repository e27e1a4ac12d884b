import pg from 'pg';
import type { FreshDatabase } from './fresh-database.js';
import { freshDatabaseName } from './fresh-database-name.js';
import { serverCredentials } from './server-credentials.js';
import { serverUrl } from './server-url.js';

/** A database of its own on the PostgreSQL server. */
export async function createPostgresDatabase(): Promise<FreshDatabase> {
  const url = serverUrl('postgres');
  const database = freshDatabaseName();
  // template0: nobody can be connected to it, so suites may create databases at the same time.
  await administer(url, `CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`);
  return {
    options: { type: 'postgres', ...serverCredentials(url, 5432), database, uuidExtension: 'pgcrypto' },
    drop: () => administer(url, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  };
}

async function administer(url: URL, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
