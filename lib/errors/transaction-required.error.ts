import { SqlModelExtError } from './sql-model-ext.error.js';

/** The operation only makes sense inside a transaction, and none is open. */
export class TransactionRequiredError extends SqlModelExtError {
  readonly code = 'TRANSACTION_REQUIRED';

  constructor(operation: string) {
    super(`${operation} needs an open transaction: call it inside unitOfWork.run() or a @Transactional() method.`, {
      operation,
    });
  }
}
