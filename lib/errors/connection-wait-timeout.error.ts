import { SqlModelExtError } from './sql-model-ext.error.js';

/** SQLite has one connection, and the transaction that holds it did not end in time. */
export class ConnectionWaitTimeoutError extends SqlModelExtError {
  readonly code = 'CONNECTION_WAIT_TIMEOUT';

  constructor(milliseconds: number, beganAt: string) {
    super(
      `Waited ${milliseconds} ms for SQLite's one connection; the transaction that holds it began at ${beganAt}. If this work belongs to that transaction, use its own query runner or unitOfWork.run(); else shorten the transaction or raise 'sqliteWaitTimeout'.`,
      { milliseconds, beganAt },
    );
  }
}
