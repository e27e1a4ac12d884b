import pg from 'pg';
import type { FreshDatabase } from './fresh-database.js';
import { serverCredentials } from './server-credentials.js';
import { serverUrl } from './server-url.js';

let inUse = false;

/**
 * PGlite has one database, and one session behind all its connections: "fresh" means an emptied `public` schema.
 * The runner runs the spec files one after the other there.
 */
export async function createPgliteDatabase(): Promise<FreshDatabase> {
  if (inUse)
    throw new Error('PGlite has one database: drop the first before creating a second, or skip without hasConcurrency');
  inUse = true;
  const url = serverUrl('postgres');
  await emptySchema(url);
  return {
    options: { type: 'postgres', ...serverCredentials(url, 5432), database: 'postgres', uuidExtension: 'pgcrypto' },
    drop: async () => {
      await emptySchema(url);
      inUse = false;
    },
  };
}

async function emptySchema(url: URL): Promise<void> {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query('DROP SCHEMA public CASCADE');
    await client.query('CREATE SCHEMA public');
  } finally {
    await client.end();
  }
}
