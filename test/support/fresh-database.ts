import type { DataSourceOptions } from 'typeorm';

/** An empty database that belongs to one suite. */
export interface FreshDatabase {
  /** Connection options without entities: spread them and add `entities`, `synchronize`, … */
  readonly options: DataSourceOptions;
  /** Removes the database with everything in it. Destroy the data sources on it first. */
  drop(): Promise<void>;
}
