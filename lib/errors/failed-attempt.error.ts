import { SqlModelExtError } from './sql-model-ext.error.js';

/** An entity was written that an earlier, rolled-back attempt of a `@RetryOnConflict()` method has handed out. */
export class FailedAttemptError extends SqlModelExtError {
  readonly code = 'ENTITY_OF_FAILED_ATTEMPT';

  constructor(model: string, operation: string) {
    super(
      `${operation}(): this ${model} comes from an attempt that was rolled back; what it holds was never stored. Read it again inside the method that is retried, and keep no entity from one attempt to the next.`,
      { model, operation },
    );
  }
}
