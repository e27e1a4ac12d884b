import {
  LockNotAvailableError,
  OptimisticLockError,
  PreconditionFailedError,
  TransactionOutcomeUnknownError,
} from '../errors/index.js';
import { errorChain } from './error-chain.js';

/** A kind of conflict with another writer. */
export type ConflictKind = 'optimistic lock' | 'serialization' | 'deadlock' | 'lock timeout' | 'busy';

/** Kinds of conflicts with other writers that may be gone when the work is done again. */
export const CONFLICT_KINDS: readonly ConflictKind[] = [
  'optimistic lock',
  'serialization',
  'deadlock',
  'lock timeout',
  'busy',
];

const BY_SQLSTATE: Readonly<Record<string, ConflictKind>> = {
  '40001': 'serialization',
  '40P01': 'deadlock',
  '55P03': 'lock timeout',
};

/** ER_CHECKREAD, ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, and ER_LOCK_NOWAIT of MySQL alone. */
const BY_ERRNO: Readonly<Record<number, ConflictKind>> = {
  1020: 'serialization',
  1205: 'lock timeout',
  1213: 'deadlock',
  3572: 'lock timeout',
};

/**
 * The kind of conflict that an error tells of, itself or by one underneath it; undefined: none. A failed `If-Match` is
 * none: the client's version stays old however often the server tries.
 */
export function conflictKind(error: unknown): ConflictKind | undefined {
  for (const each of errorChain(error)) {
    if (each instanceof PreconditionFailedError) return undefined;
    const kind = kindOfOne(each);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** Whether an error, or one underneath it, says that a COMMIT may have been done. Such work must not be done again. */
export function isOutcomeUnknown(error: unknown): boolean {
  return errorChain(error).some((each) => each instanceof TransactionOutcomeUnknownError);
}

function kindOfOne(error: object): ConflictKind | undefined {
  if (error instanceof OptimisticLockError) return 'optimistic lock';
  if (error instanceof LockNotAvailableError) return 'lock timeout';
  const { code, errno, sqlState } = error as { code?: unknown; errno?: unknown; sqlState?: unknown };
  // The drivers of MySQL and MariaDB: their SQLSTATE calls a deadlock 40001 as well, so the number decides.
  if (typeof errno === 'number' && (typeof sqlState === 'string' || /^ER_/.test(String(code)))) return BY_ERRNO[errno];
  if (typeof code !== 'string') return undefined;
  if (/^SQLITE_(?:BUSY|LOCKED)(?:_|$)/.test(code)) return 'busy';
  return Object.hasOwn(BY_SQLSTATE, code) ? BY_SQLSTATE[code] : undefined;
}
