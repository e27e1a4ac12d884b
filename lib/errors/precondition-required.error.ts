import { SqlModelExtError } from './sql-model-ext.error.js';

/** The request has no `If-Match`, but the handler's `@ModelParam()` asks for one. HTTP 428. */
export class PreconditionRequiredError extends SqlModelExtError {
  readonly code = 'PRECONDITION_REQUIRED';

  constructor(model: string) {
    super(
      `The request must name the version of the ${model} that it changes: send the ETag of its last answer as If-Match.`,
      { model },
    );
  }
}
