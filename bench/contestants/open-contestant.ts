import type { BenchDatabase, ServerDatabase } from '../database/bench-database.js';
import type { Contestant, ContestantName } from './contestant.js';
import type { CacheVenue, Venue } from './venue.js';

/** Imports a contestant's file only where it runs: this module patches TypeORM, and the others must not feel it. */
export async function openContestant(name: ContestantName, venue: Venue): Promise<Contestant> {
  return venue.suite === 'tables' ? openWithoutCache(name, venue.database) : openWithCache(name, venue);
}

async function openWithoutCache(name: ContestantName, database: BenchDatabase): Promise<Contestant> {
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
    default:
      throw new Error(`${name} has no part in the work without a cache`);
  }
}

async function openWithCache(name: ContestantName, venue: CacheVenue): Promise<Contestant> {
  switch (name) {
    case 'raw':
      return (await import('./cached/raw-redis.js')).rawRedis(venue);
    case 'typeorm':
      return (await import('./cached/uncached-typeorm.js')).uncachedTypeOrm(venue);
    case 'typeormcache':
      return (await import('./cached/typeorm-query-cache.js')).typeOrmQueryCache(venue);
    case 'mikroorm':
      return (await import('./cached/mikro-orm-result-cache.js')).mikroOrmResultCache(venue);
    case 'bentocache':
      return (await import('./cached/bento.js')).bento(venue);
    case 'cachemanager':
      return (await import('./cached/cache-manager.js')).cacheManager(venue);
    case 'module':
      return (await import('./cached/cached-model-repository.js')).cachedModelRepository(venue);
    case 'drizzle':
      throw new Error(`${name} has no part in the work with a cache`);
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
