import type { DataSourceOptions } from 'typeorm';

/** The connection options of a test database as the URL that an operator would write into `DATABASE_URL`. */
export function databaseUrl(options: DataSourceOptions): string {
  if (options.type === 'better-sqlite3') return `sqlite:${options.database}`;
  if (options.type !== 'postgres' && options.type !== 'mariadb' && options.type !== 'mysql') {
    throw new Error(`The blog does not run on ${options.type}`);
  }
  const { type, username, password, host, port, database } = options;
  if (typeof password !== 'string' && password !== undefined) throw new Error('The password must be a text');
  const credentials = `${encodeURIComponent(username ?? '')}:${encodeURIComponent(password ?? '')}`;
  return `${type}://${credentials}@${host}:${port}/${database}`;
}
