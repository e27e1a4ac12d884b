import type { ServerName } from './database-name.js';

/** Where a developer's own server is looked for when the runner did not say. */
const DEFAULT_URLS: Record<ServerName, string> = {
  postgres: 'postgres://postgres@127.0.0.1:5432/postgres',
  mariadb: 'mysql://root@127.0.0.1:3306/',
};

/** The administrator's connection to a server, from which fresh databases are made. */
export function serverUrl(name: ServerName): URL {
  const given = name === 'postgres' ? process.env['TEST_POSTGRES_URL'] : process.env['TEST_MARIADB_URL'];
  return new URL(given ?? DEFAULT_URLS[name]);
}
