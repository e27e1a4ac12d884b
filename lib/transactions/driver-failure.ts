import type { Engine } from '../field-types/index.js';

interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
}

function driverError(error: unknown): DriverError {
  const inner = (error as { driverError?: unknown } | undefined)?.driverError ?? error;
  return typeof inner === 'object' && inner !== null ? inner : {};
}

/**
 * Whether the database keeps nothing of the transaction after this error: PostgreSQL aborts it at any
 * error, MariaDB rolls the whole of it back on a deadlock (and would run what follows outside any).
 */
export function abortsTransaction(engine: Engine, error: unknown): boolean {
  if (engine === 'postgres') return true;
  return engine === 'mysql' && driverError(error).errno === 1213;
}

const CONNECTION_CODES = /^(?:08\d{3}|57P0[123]|ECONN\w+|EPIPE|ETIMEDOUT|PROTOCOL_CONNECTION_LOST|ER_SERVER_SHUTDOWN)$/;

/** Whether the connection broke, so that nobody knows what the server did. */
export function isConnectionLoss(error: unknown): boolean {
  const { code } = driverError(error);
  if (typeof code === 'string') return CONNECTION_CODES.test(code);
  return /connection (?:terminated|ended|closed|reset)|socket/i.test(error instanceof Error ? error.message : '');
}
