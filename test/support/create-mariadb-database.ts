import mysql from 'mysql2/promise';
import type { FreshDatabase } from './fresh-database.js';
import { freshDatabaseName } from './fresh-database-name.js';
import { serverCredentials } from './server-credentials.js';
import { serverUrl } from './server-url.js';

/** A database of its own on the MariaDB server, in utf8mb4 whatever the server's default. */
export async function createMariadbDatabase(): Promise<FreshDatabase> {
  const url = serverUrl('mariadb');
  const database = freshDatabaseName();
  await administer(url, `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  return {
    options: { type: 'mariadb', ...serverCredentials(url, 3306), database, charset: 'utf8mb4_unicode_ci' },
    drop: () => administer(url, `DROP DATABASE IF EXISTS ${database}`),
  };
}

async function administer(url: URL, statement: string): Promise<void> {
  const { username: user, ...address } = serverCredentials(url, 3306);
  const connection = await mysql.createConnection({ ...address, user });
  try {
    // DROP waits for transactions that a suite left open: fail with a reason instead.
    await connection.query('SET SESSION lock_wait_timeout = 10');
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
