import { SqlModelExtError } from './sql-model-ext.error.js';

/** A row lock was not free at once (`noWait`) or in time (`timeout`). HTTP 409. */
export class LockNotAvailableError extends SqlModelExtError {
  readonly code = 'LOCK_NOT_AVAILABLE';

  constructor(model: string, waited: string, cause?: unknown) {
    super(
      `A row of ${model} is locked by another transaction, and its lock did not become free ${waited}. Try again later, wait longer with withForUpdate: { timeout }, or take only free rows with skipLocked.`,
      { model },
      cause,
    );
  }
}
