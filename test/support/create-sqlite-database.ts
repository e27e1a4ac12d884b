import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import type { FreshDatabase } from './fresh-database.js';

/** A file, not `:memory:`, so that a second data source can open the same database. */
export async function createSqliteDatabase(): Promise<FreshDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-sqlmodel-ext-sqlite-'));
  return {
    options: {
      type: 'better-sqlite3',
      database: join(folder, 'test.sqlite'),
      // The file lives as long as the suite: waiting for the disk buys nothing.
      prepareDatabase: (database: BetterSqlite3.Database) => {
        database.pragma('synchronous = OFF');
      },
    },
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}
