import BetterSqlite3 from 'better-sqlite3';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { DataSource } from 'typeorm';

/** A connection to the database of a data source that TypeORM and this library know nothing of. */
export interface IndependentConnection {
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function connectIndependently({ options }: DataSource): Promise<IndependentConnection> {
  switch (options.type) {
    case 'better-sqlite3': {
      const database = new BetterSqlite3(options.database);
      return {
        rows: async (sql) => {
          const statement = database.prepare(sql);
          if (statement.reader) return statement.all() as Record<string, unknown>[];
          statement.run();
          return [];
        },
        close: async () => {
          database.close();
        },
      };
    }
    case 'postgres': {
      const { host, port, username: user, password, database } = options;
      const client = new pg.Client({ host, port, user, password: password as string, database });
      await client.connect();
      // The server may be told to drop it.
      client.on('error', () => undefined);
      // pg wants its statements one after the other.
      let last: Promise<unknown> = Promise.resolve();
      const rows = (sql: string): Promise<Record<string, unknown>[]> => {
        const result = last.then(async () => (await client.query(sql)).rows as Record<string, unknown>[]);
        last = result.catch(() => undefined);
        return result;
      };
      return { rows, close: () => client.end() };
    }
    case 'mariadb': {
      const { host, port, username: user, password, database } = options;
      const connection = await mysql.createConnection({ host, port, user, password, database });
      return {
        rows: async (sql) => {
          const [rows] = await connection.query(sql);
          return rows as Record<string, unknown>[];
        },
        close: () => connection.end(),
      };
    }
    default:
      throw new Error(`no independent connection to ${options.type}`);
  }
}
