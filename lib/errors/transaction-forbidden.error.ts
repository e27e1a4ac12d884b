import { SqlModelExtError } from './sql-model-ext.error.js';

/** Propagation NEVER found an open transaction. */
export class TransactionForbiddenError extends SqlModelExtError {
  readonly code = 'TRANSACTION_FORBIDDEN';

  constructor(beganAt: string) {
    super(
      `Propagation NEVER: a transaction is open, begun at ${beganAt}. Call this outside of it, or use NOT_SUPPORTED to suspend it.`,
      { beganAt },
    );
  }
}
