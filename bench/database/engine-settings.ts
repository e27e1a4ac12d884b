import type { DataSource } from 'typeorm';
import type { EngineName } from './bench-database.js';

/** What the engine says of itself: its version, and the settings that decide what a write waits for. */
export async function engineSettings(engine: EngineName, dataSource: DataSource): Promise<Record<string, string>> {
  switch (engine) {
    case 'postgres':
      return {
        version: await scalar(dataSource, 'SHOW server_version'),
        fsync: await scalar(dataSource, 'SHOW fsync'),
        synchronous_commit: await scalar(dataSource, 'SHOW synchronous_commit'),
        shared_buffers: await scalar(dataSource, 'SHOW shared_buffers'),
      };
    case 'mariadb':
      return {
        version: await scalar(dataSource, 'SELECT version()'),
        innodb_flush_log_at_trx_commit: await scalar(dataSource, 'SELECT @@innodb_flush_log_at_trx_commit'),
        sync_binlog: await scalar(dataSource, 'SELECT @@sync_binlog'),
      };
    case 'sqlite':
      return {
        version: await scalar(dataSource, 'SELECT sqlite_version()'),
        journal_mode: await scalar(dataSource, 'PRAGMA journal_mode'),
        synchronous: await scalar(dataSource, 'PRAGMA synchronous'),
      };
  }
}

async function scalar(dataSource: DataSource, sql: string): Promise<string> {
  const [row] = await dataSource.query<Record<string, unknown>[]>(sql);
  return String(Object.values(row ?? {})[0]);
}
