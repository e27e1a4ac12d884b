import { SqlModelExtError } from './sql-model-ext.error.js';

/** Work went on in the context of a transaction that has already ended. */
export class TransactionEndedError extends SqlModelExtError {
  readonly code = 'TRANSACTION_ENDED';

  constructor(outcome: string, beganAt: string) {
    super(
      `This work runs in a transaction that has already been ${outcome}; it began at ${beganAt}. Await the work inside the transaction, or start it in afterCommit() or with propagation NOT_SUPPORTED.`,
      { outcome, beganAt },
    );
  }
}
