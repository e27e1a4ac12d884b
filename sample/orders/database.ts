import { join } from 'node:path';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

/** Connects to the database behind a URL; without one, to a SQLite file beside the application. */
export function databaseOptions(url?: string): TypeOrmModuleOptions {
  return {
    ...connectionOptions(url),
    autoLoadEntities: true,
    // Every start changes the tables to fit the models. That suits a sample: where data must survive, use migrations.
    synchronize: true,
  };
}

function connectionOptions(url?: string): TypeOrmModuleOptions {
  // The compiled file is in dist/, the data in data/ beside it.
  if (!url) return { type: 'better-sqlite3', database: join(import.meta.dirname, '../data/orders.sqlite') };
  const { protocol } = new URL(url);
  switch (protocol) {
    case 'sqlite:':
      return { type: 'better-sqlite3', database: url.slice(protocol.length) };
    case 'postgres:':
    case 'postgresql:':
      return { type: 'postgres', url };
    case 'mysql:':
    case 'mariadb:':
      // Dates travel without a time zone: both sides must mean UTC. And utf8mb4 is what others call UTF-8.
      return { type: protocol === 'mysql:' ? 'mysql' : 'mariadb', url, timezone: 'Z', charset: 'utf8mb4' };
    default:
      throw new Error(`DATABASE_URL must start with postgres://, mysql://, mariadb:// or sqlite:, not ${protocol}`);
  }
}
