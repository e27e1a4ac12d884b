import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { createPostgresDatabase } from '../support/create-postgres-database.js';
import { serverUrl } from '../support/server-url.js';
import { Shelf, Volume } from './fuzz-models.js';
import { createHistory } from './history-table.js';
import { BUCKETS, codesOf, idOf, SIZES } from './universe.js';

/** A database of the fuzzer's own, with a connection to it that knows nothing of any cache. */
export interface FuzzDatabase extends AsyncDisposable {
  readonly options: DataSourceOptions;
  readonly client: pg.Client;
}

/** Creates the tables, half of the rows, and the history. */
export async function createFuzzDatabase(): Promise<FuzzDatabase> {
  const { options, drop } = await createPostgresDatabase();
  const url = serverUrl('postgres');
  url.pathname = `/${String(options.database)}`;
  const client = new pg.Client({ connectionString: url.href });
  try {
    await createTables(options);
    await client.connect();
    // Two writers that wait for each other need not wait for long.
    await client.query(`ALTER DATABASE ${String(options.database)} SET deadlock_timeout = '50ms'`);
    await addRows(client);
    await createHistory(client);
  } catch (error) {
    await client.end();
    await drop();
    throw error;
  }
  return {
    options,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await drop();
    },
  };
}

async function createTables(options: DataSourceOptions): Promise<void> {
  const dataSource = new DataSource({ ...options, entities: [Shelf, Volume], synchronize: true });
  await withSqlModelExt(dataSource, { cache: false }).initialize();
  await dataSource.destroy();
}

async function addRows(client: pg.Client): Promise<void> {
  for (const [number, code] of codesOf('shelf').entries()) {
    await client.query(
      `INSERT INTO shelf (id, code, tag, value, bucket, version, "createdAt", "updatedAt")
       VALUES ($1, $2, 'first', $3, $4, 1, now(), now())`,
      [idOf(code), code, number, number % BUCKETS],
    );
  }
  for (const [number, code] of codesOf('volume').entries()) {
    if (number % 4 === 3) continue;
    const shelf = idOf(codesOf('shelf')[number % SIZES.shelf]);
    await client.query(
      `INSERT INTO volume (id, code, tag, value, bucket, "shelfId", "createdAt", "updatedAt")
       VALUES ($1, $2, 'first', $3, $4, $5, now(), now())`,
      [idOf(code), code, number % 100, number % BUCKETS, shelf],
    );
  }
}
