import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import type { Engine } from '../field-types/index.js';

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
}

function driverError(error: unknown): DriverError {
  const inner = (error as { driverError?: unknown } | undefined)?.driverError ?? error;
  return typeof inner === 'object' && inner !== null ? inner : {};
}

function errno(engine: Engine, error: unknown): unknown {
  return engine === 'mysql' ? driverError(error).errno : undefined;
}

/** Whether PostgreSQL keeps nothing of the innermost savepoint after this error. */
export function abortsSavepoint(engine: Engine, error: unknown): boolean {
  return engine === 'postgres' && error instanceof QueryFailedError;
}

/**
 * Whether the server has dropped the whole transaction at this error, so that it would store at once what
 * follows: MariaDB at a deadlock (1213) and, in its snapshot isolation, at a changed row (1020).
 */
export function dropsTransaction(engine: Engine, error: unknown): boolean {
  return errno(engine, error) === 1213 || errno(engine, error) === 1020 || isConnectionLoss(error);
}

/** A lock wait timeout, at which MariaDB drops the transaction if `innodb_rollback_on_timeout` is on. */
export function isLockWaitTimeout(engine: Engine, error: unknown): boolean {
  return errno(engine, error) === 1205;
}

const NEVER_SENT = /closed state|not queryable|client was closed/i;
const CONNECTION_CODES = /^(?:08\d{3}|57P0[123]|ECONN\w+|EPIPE|ETIMEDOUT|PROTOCOL_CONNECTION_LOST|ER_SERVER_SHUTDOWN)$/;
const CONNECTION_MESSAGE = /connection (?:terminated|ended|closed|reset)|socket|connection.* is closed/i;

/** Whether the connection was gone before the statement could leave: the server has not seen it. */
export function wasNeverSent(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  return error instanceof QueryFailedError && NEVER_SENT.test(error.message);
}

/** Whether the connection broke, so that nobody knows what the server did. */
export function isConnectionLoss(error: unknown): boolean {
  if (wasNeverSent(error)) return true;
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = driverError(error);
  return typeof code === 'string' ? CONNECTION_CODES.test(code) : CONNECTION_MESSAGE.test(error.message);
}
