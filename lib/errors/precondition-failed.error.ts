import { SqlModelExtError } from './sql-model-ext.error.js';

/** The request's `If-Match` names a version that the row no longer has. HTTP 412. */
export class PreconditionFailedError extends SqlModelExtError {
  readonly code = 'PRECONDITION_FAILED';

  constructor(model: string, given: string, version: unknown) {
    super(
      `If-Match is ${given}, but the ${model} has version ${String(version)}: read it again, repeat the change, and send the new ETag.`,
      { model, given, version },
    );
  }
}
