import type { EntityMetadata } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { isMariaDb } from './is-mariadb.js';
import type { LockDetails } from './lock-details.js';
import type { LockedTables } from './locked-tables.js';

/** What is known about a query that locks. */
export interface LockingQuery {
  readonly metadata: EntityMetadata;
  readonly details: LockDetails;
  readonly tables: LockedTables;
  /** The paths that the query joins, with those that lead to them. */
  readonly joined: readonly string[];
  /** The alias of the model (`''`) or of a joined path, quoted. */
  readonly alias: (path: string) => string;
}

/**
 * The end of a query that locks rows; undefined on SQLite, which has one writer anyway.
 *
 * @throws ConfigurationError for what the database cannot do
 */
export function lockClause(query: LockingQuery): string | undefined {
  const { metadata, details } = query;
  const engine = engineOf(metadata.dataSource);
  if (engine === 'sqlite') return undefined;
  const waiting = waitingOf(query);
  if (isMariaDb(metadata.dataSource)) {
    refuseFewer(query);
    return ` FOR UPDATE${waiting}`;
  }
  // MySQL has OF since its version 8, and is asked for it only where it matters.
  const needsOf = engine === 'postgres' || details.of !== undefined || query.joined.length > 0;
  return ` FOR UPDATE${needsOf ? ` OF ${aliasesOf(query).join(', ')}` : ''}${waiting}`;
}

/** PostgreSQL needs this even for nothing but the model: it cannot lock the empty side of an outer join. */
function aliasesOf({ tables, alias }: LockingQuery): string[] {
  return [...(tables.own ? [alias('')] : []), ...[...tables.joined].map(alias)];
}

function waitingOf({ metadata, details }: LockingQuery): string {
  const { skipLocked = false, noWait = false, timeout } = details;
  if (skipLocked) return ' SKIP LOCKED';
  if (noWait) return ' NOWAIT';
  if (timeout === undefined || engineOf(metadata.dataSource) === 'postgres') return '';
  if (isMariaDb(metadata.dataSource)) return ` WAIT ${Math.ceil(timeout / 1000)}`;
  throw new ConfigurationError(
    `withForUpdate of ${metadata.name}: this database has no timeout for one query. Use noWait, or set innodb_lock_wait_timeout for its connections.`,
    { model: metadata.name, option: 'timeout' },
  );
}

/** MariaDB locks all that a query reads under FOR UPDATE. */
function refuseFewer({ metadata, details, tables, joined }: LockingQuery): void {
  if (details.of === undefined) return;
  const left = [...(tables.own ? [] : [metadata.name]), ...joined.filter((path) => !tables.joined.has(path))];
  if (left.length === 0) return;
  throw new ConfigurationError(
    `withForUpdate of ${metadata.name}: MariaDB locks every row that a query joins, so that 'of' cannot leave out ${left.join(', ')}. Name everything, leave 'of' out, or use a condition instead of join.`,
    { model: metadata.name, option: 'of', left },
  );
}
