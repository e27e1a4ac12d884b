import { INT32_MAX } from '../field-types/index.js';

/** How rows are locked: the long form of `withForUpdate: true`. */
export interface LockDetails {
  /** Leaves out the rows that others have locked, instead of waiting for them: for job queues. Default false. */
  readonly skipLocked?: boolean;
  /** A `LockNotAvailableError` when a row is locked by somebody else, instead of waiting. Default false. */
  readonly noWait?: boolean;
  /**
   * Which rows are locked when `join` joins others: the model by its name, and relations by their paths in `join`.
   * Default: the model's own rows. MariaDB locks what is joined as well, always.
   */
  readonly of?: readonly string[];
  /**
   * Milliseconds that the query waits for locks before it is a `LockNotAvailableError`. Positive; MariaDB counts whole
   * seconds, rounded up, and none with `skipLocked`; SQLite does not read it. Default: as long as the database is told to.
   */
  readonly timeout?: number;
}

/** What `withForUpdate` takes. */
export type RowLock = boolean | LockDetails;

const NAMES = ['skipLocked', 'noWait', 'of', 'timeout'];

/** What is wrong with a lock that somebody has given, as the end of a sentence that begins with the option's name. */
export function wrongRowLock(given: unknown): string | undefined {
  if (given === undefined || typeof given === 'boolean') return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return `must be true, false or an object of ${NAMES.join(', ')}, but is ${JSON.stringify(given)}`;
  }
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return `has an unknown detail '${unknown}'. Allowed are ${NAMES.join(', ')}`;
  const details: { readonly [Name in keyof LockDetails]: unknown } = given;
  for (const name of ['skipLocked', 'noWait'] as const) {
    const value = details[name];
    if (value !== undefined && typeof value !== 'boolean') {
      return `has a ${name} that must be true or false, but is ${JSON.stringify(value)}`;
    }
  }
  const { of, timeout } = details;
  if (of !== undefined && !(Array.isArray(of) && of.length > 0 && of.every((name) => typeof name === 'string'))) {
    return `has an 'of' that must be a list of names, but is ${JSON.stringify(of)}`;
  }
  if (
    timeout !== undefined &&
    !(Number.isInteger(timeout) && (timeout as number) > 0 && (timeout as number) <= INT32_MAX)
  ) {
    return `has a timeout that must be a positive integer of milliseconds, at most ${INT32_MAX}, but is ${JSON.stringify(timeout)}`;
  }
  // What is skipped is not waited for; a timeout beside it still bounds the wait for the table.
  const other = details.skipLocked === true ? 'skipLocked' : timeout === undefined ? undefined : 'timeout';
  if (details.noWait !== true || other === undefined) return undefined;
  const both = other === 'skipLocked' ? 'skipLocked and noWait' : 'noWait and timeout';
  return `has ${both}, which exclude each other: keep one of them`;
}
