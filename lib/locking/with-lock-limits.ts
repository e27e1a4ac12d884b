import type { DataSource, EntityMetadata } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { LockNotAvailableError } from '../errors/index.js';
import { untracked } from '../relations/index.js';
import { currentScope, Mutex, type Scope } from '../transactions/index.js';
import type { LockDetails } from './lock-details.js';

/**
 * Runs a query that locks rows. Where it is limited in its waiting, it is an error of ours when a lock is not free; the
 * error of a server that gives up by itself is left as it is.
 *
 * @throws LockNotAvailableError with `noWait` and `timeout`. PostgreSQL keeps nothing of the innermost savepoint, or of
 * the transaction, after it; on the others the transaction goes on
 */
export async function withLockLimits<T>(
  metadata: EntityMetadata,
  { noWait = false, timeout }: LockDetails,
  query: () => Promise<T>,
): Promise<T> {
  if (!noWait && timeout === undefined) return query();
  const { dataSource } = metadata;
  const isTimed = timeout !== undefined && engineOf(dataSource) === 'postgres';
  try {
    return await (isTimed ? withPostgresTimeout(dataSource, timeout, query) : query());
  } catch (error) {
    if (!isLockNotFree(error)) throw error;
    throw new LockNotAvailableError(metadata.name, noWait ? 'at once' : `in ${timeout} ms`, error);
  }
}

const timed = new WeakMap<Scope, Mutex>();

/**
 * The setting belongs to the transaction: a rollback, also to a savepoint, puts it back, and nothing leaves with it. One
 * after the other in each scope, so that everybody puts back what was there before.
 */
async function withPostgresTimeout<T>(dataSource: DataSource, timeout: number, query: () => Promise<T>): Promise<T> {
  const scope = currentScope(dataSource);
  if (!scope) return query();
  let mutex = timed.get(scope);
  if (!mutex) timed.set(scope, (mutex = new Mutex()));
  return mutex.run(async () => {
    const before = await putTimeout(dataSource, `${timeout}ms`);
    try {
      return await query();
    } finally {
      // What failed in the database is rolled back; what failed here is not.
      if (scope.outcome === undefined && scope.abortedBy === undefined) await putTimeout(dataSource, before);
    }
  });
}

/** @returns the value before */
async function putTimeout(dataSource: DataSource, value: string): Promise<string> {
  const [{ before }] = await untracked(() =>
    dataSource.query<[{ before: string }]>(
      `WITH present AS MATERIALIZED (SELECT current_setting('lock_timeout') AS before) SELECT before, set_config('lock_timeout', $1, true) FROM present`,
      [value],
    ),
  );
  return before;
}

/** PostgreSQL 55P03; MariaDB 1205 for both; MySQL 3572 for NOWAIT. */
function isLockNotFree(error: unknown): boolean {
  const { code, errno } = ((error as { driverError?: unknown } | undefined)?.driverError ?? {}) as {
    code?: unknown;
    errno?: unknown;
  };
  return code === '55P03' || errno === 1205 || errno === 3572;
}
