import type BetterSqlite3 from 'better-sqlite3';
import type { DataSourceOptions } from 'typeorm';
import type { BenchDatabase } from './bench-database.js';
import { POSTGRES_OPTIONS, SQLITE_PRAGMAS } from './session-settings.js';

/** How plain TypeORM and this module connect: the same options for both. */
export function dataSourceOptions(database: BenchDatabase): DataSourceOptions {
  switch (database.engine) {
    case 'sqlite':
      return {
        type: 'better-sqlite3',
        database: database.file,
        prepareDatabase: (connection: BetterSqlite3.Database) => {
          for (const pragma of SQLITE_PRAGMAS) connection.pragma(pragma);
        },
      };
    case 'postgres': {
      const { engine, ...address } = database;
      return { type: engine, ...address, uuidExtension: 'pgcrypto', extra: { options: POSTGRES_OPTIONS } };
    }
    case 'mariadb': {
      const { engine, ...address } = database;
      return { type: engine, ...address, charset: 'utf8mb4_unicode_ci' };
    }
  }
}
