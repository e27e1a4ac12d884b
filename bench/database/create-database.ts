import { createTestDatabase, type FreshDatabase } from '../../test/support/databases.js';
import type { BenchDatabase, EngineName } from './bench-database.js';

/** An empty database for one run, on the engine that bench/run.mjs found. */
export async function createDatabase(engine: EngineName): Promise<{ database: BenchDatabase; drop(): Promise<void> }> {
  const fresh = await createTestDatabase(engine);
  return { database: addressOf(fresh), drop: () => fresh.drop() };
}

function addressOf({ options }: FreshDatabase): BenchDatabase {
  if (options.type === 'better-sqlite3') return { engine: 'sqlite', file: options.database };
  if (options.type !== 'postgres' && options.type !== 'mariadb') throw new Error(`no contestants for ${options.type}`);
  return {
    engine: options.type,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    username: options.username ?? '',
    password: String(options.password ?? ''),
    database: options.database ?? '',
  };
}
