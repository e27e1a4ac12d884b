import { SqlModelExtError } from './sql-model-ext.error.js';

/** A statement failed inside the transaction and the database has given the whole transaction (or savepoint) up; the error was caught and work went on. `cause` is the failed statement's error. */
export class TransactionAbortedError extends SqlModelExtError {
  readonly code = 'TRANSACTION_ABORTED';

  constructor(beganAt: string, cause: unknown) {
    super(
      `A statement failed in the transaction that began at ${beganAt}, and the database keeps nothing of it; it was rolled back. Let the error leave the unit of work, or run the statement that may fail with propagation NESTED.`,
      { beganAt },
      cause,
    );
  }
}
