import type { BenchDatabase, ServerDatabase } from '../database/bench-database.js';
import type { Contestant, ContestantName } from './contestant.js';

/** Imports a contestant's file only where it runs: this module patches TypeORM, and the others must not feel it. */
export async function openContestant(name: ContestantName, database: BenchDatabase): Promise<Contestant> {
  switch (name) {
    case 'raw':
      return openRaw(database);
    case 'typeorm':
      return (await import('./plain-typeorm.js')).plainTypeOrm(database);
    case 'drizzle':
      return openDrizzle(database);
    case 'mikroorm':
      return (await import('./mikro-orm.js')).mikroOrm(serverOf(database));
    case 'module':
      return (await import('./model-repository.js')).modelRepository(database);
  }
}

async function openRaw(database: BenchDatabase): Promise<Contestant> {
  if (database.engine === 'sqlite') return (await import('./raw-sqlite.js')).rawSqlite(database);
  if (database.engine === 'postgres') return (await import('./raw-postgres.js')).rawPostgres(database);
  return (await import('./raw-mariadb.js')).rawMariadb(database);
}

async function openDrizzle(database: BenchDatabase): Promise<Contestant> {
  if (database.engine === 'sqlite') return (await import('./drizzle-sqlite.js')).drizzleSqlite(database);
  return (await import('./drizzle-postgres.js')).drizzlePostgres(serverOf(database));
}

function serverOf(database: BenchDatabase): ServerDatabase {
  if (database.engine === 'sqlite') throw new Error('not a contestant on SQLite');
  return database;
}
