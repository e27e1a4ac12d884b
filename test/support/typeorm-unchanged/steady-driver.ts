import mysql, { type Pool, type PoolOptions } from 'mysql2';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseName } from '../database-name.js';
import { steadyRows } from './steady-rows.js';

type Query = (...args: unknown[]) => unknown;

/** Options of a data source whose rows come in a steady order. SQLite's do so by themselves: nothing runs beside it. */
export function steadyDriver(engine: DatabaseName): Partial<DataSourceOptions> {
  switch (engine) {
    case 'sqlite':
      return {};
    case 'postgres':
      return { driver: { ...pg, Pool: SteadyPool }, extra: { options: '-c synchronous_commit=off' } };
    case 'mariadb':
      return { driver: { ...mysql, createPool: createSteadyPool } };
  }
}

class SteadyClient extends pg.Client {
  override query(...args: unknown[]): never {
    const sent = (super.query as Query)(...args);
    if (!(sent instanceof Promise)) return sent as never;
    return sent.then((result: pg.QueryResult) => {
      result.rows = steadyRows(String(args[0]), result.rows);
      return result;
    }) as never;
  }
}

class SteadyPool extends pg.Pool {
  constructor(options: pg.PoolConfig) {
    super({ ...options, Client: SteadyClient });
  }
}

function createSteadyPool(options: PoolOptions): Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    const query = connection.query.bind(connection) as Query;
    connection.query = ((...args: unknown[]) => {
      const answer = args.pop();
      if (typeof answer !== 'function') return query(...args, answer);
      const sql = typeof args[0] === 'string' ? args[0] : (args[0] as { sql: string }).sql;
      return query(...args, (error: unknown, rows: unknown, ...more: unknown[]) => {
        (answer as Query)(error, steadyRows(sql, rows), ...more);
      });
    }) as never;
  });
  return pool;
}
