import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { LockDetails } from '../locking/index.js';
import type { Branches } from './condition.js';

/** A query with everything checked and every default filled in. */
export interface Query {
  readonly where: Branches;
  readonly narrow: ((query: SelectQueryBuilder<ObjectLiteral>, alias: string) => unknown) | undefined;
  readonly join: readonly string[];
  readonly order: Readonly<Record<string, unknown>>;
  readonly offset: number | undefined;
  readonly limit: number | undefined;
  readonly load: readonly string[];
  readonly addSelect: readonly string[];
  readonly withDeleted: boolean;
  /** How the rows are locked; undefined: not at all. */
  readonly lock: LockDetails | undefined;
  /** The database is read, whatever is cached. */
  readonly noCache: boolean;
  /** Whether what is not loaded is guarded; undefined: as the data source says. */
  readonly strict: boolean | undefined;
}
