import type { DataSource } from 'typeorm';
import { engineOf } from '../entity-model/index.js';

/** The level of transactions that ask for none, such as `READ COMMITTED`; undefined: the server does not say. */
export async function defaultIsolation(dataSource: DataSource): Promise<string | undefined> {
  switch (engineOf(dataSource)) {
    case 'postgres':
      return levelOf(dataSource, "SELECT current_setting('default_transaction_isolation') AS level");
    case 'mysql':
      // MySQL has had the first since 5.7.20, MariaDB since 11.1; the other went with MySQL 8.
      return (
        (await levelOf(dataSource, 'SELECT @@transaction_isolation AS level')) ??
        (await levelOf(dataSource, 'SELECT @@tx_isolation AS level'))
      );
    default:
      return undefined;
  }
}

async function levelOf(dataSource: DataSource, sql: string): Promise<string | undefined> {
  try {
    const [row] = await dataSource.query<{ level: unknown }[]>(sql);
    return typeof row.level === 'string' ? row.level.replaceAll('-', ' ').toUpperCase() : undefined;
  } catch {
    return undefined;
  }
}
