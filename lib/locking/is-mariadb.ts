import type { DataSource } from 'typeorm';

/** Whether MariaDB is behind a data source, be it as TypeORM's `mysql`: MySQL's versions are far below 10. */
export function isMariaDb({ options, driver }: DataSource): boolean {
  if (options.type === 'mariadb') return true;
  return options.type === 'mysql' && Number.parseInt(driver.version ?? '', 10) >= 10;
}
