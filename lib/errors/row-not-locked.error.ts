import { SqlModelExtError } from './sql-model-ext.error.js';

/** A method with `@RequiresForUpdate()` was called for an entity whose row the current transaction has not locked. */
export class RowNotLockedError extends SqlModelExtError {
  readonly code = 'ROW_NOT_LOCKED';

  constructor(method: string, model: string, id: unknown) {
    super(
      `${method} requires a FOR UPDATE locked ${model}: read it with withForUpdate: true in the same transaction, and call the method before that transaction ends.`,
      { method, model, id },
    );
  }
}
