import { SqlModelExtError } from './sql-model-ext.error.js';

/** unitOfWork.reset() was called in a transaction that has written. */
export class PendingWritesError extends SqlModelExtError {
  readonly code = 'PENDING_WRITES';

  constructor(beganAt: string, statement: string) {
    super(
      `reset() would end a transaction with pending writes; it began at ${beganAt} and wrote with ${statement}. Finish the unit of work first, or write after the long call.`,
      { beganAt, statement },
    );
  }
}
