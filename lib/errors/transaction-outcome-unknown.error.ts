import { SqlModelExtError } from './sql-model-ext.error.js';

/** The connection broke during COMMIT: whether the data is stored is unknown. Never retried blindly. */
export class TransactionOutcomeUnknownError extends SqlModelExtError {
  readonly code = 'TRANSACTION_OUTCOME_UNKNOWN';

  constructor(beganAt: string, cause: unknown) {
    super(
      `The connection broke while committing the transaction that began at ${beganAt}: it may or may not be stored. Read the data before trying again.`,
      { beganAt },
      cause,
    );
  }
}
