import mysql from 'mysql2/promise';
import pg from 'pg';
import type { ServerName } from './database-name.js';
import { serverCredentials } from './server-credentials.js';
import { serverUrl } from './server-url.js';

const TIMEOUT_MS = 2_000;

/** Whether the server answers a login: asked only when a suite runs without the runner. */
export async function isServerReachable(name: ServerName): Promise<boolean> {
  try {
    await (name === 'postgres' ? loginToPostgres() : loginToMariadb());
    return true;
  } catch {
    return false;
  }
}

async function loginToPostgres(): Promise<void> {
  const client = new pg.Client({
    connectionString: serverUrl('postgres').href,
    connectionTimeoutMillis: TIMEOUT_MS,
  });
  await client.connect();
  await client.end();
}

async function loginToMariadb(): Promise<void> {
  const { username: user, ...address } = serverCredentials(serverUrl('mariadb'), 3306);
  const connection = await mysql.createConnection({ ...address, user, connectTimeout: TIMEOUT_MS });
  await connection.end();
}
