import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Application } from './application.js';

/** The application on TypeORM alone. */
export async function openPlain(options: DataSourceOptions): Promise<Application> {
  const dataSource = await new DataSource(options).initialize();
  return { dataSource, close: () => dataSource.destroy() };
}
