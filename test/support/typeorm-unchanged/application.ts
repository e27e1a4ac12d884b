import type { DataSource } from 'typeorm';

/** A running application. */
export interface Application {
  readonly dataSource: DataSource;
  close(): Promise<void>;
}
