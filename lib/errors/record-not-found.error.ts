import { SqlModelExtError } from './sql-model-ext.error.js';

/** No row matches where exactly one was asked for, or the row is gone. HTTP 404; `detail` is the caller's own sentence for the client. */
export class RecordNotFoundError extends SqlModelExtError {
  readonly code = 'RECORD_NOT_FOUND';

  /** The sentence that may be shown to a client. */
  readonly detail: string;

  constructor(model: string, detail?: string, fields: Record<string, unknown> = {}) {
    const sentence = detail ?? `${model} not found`;
    super(sentence, { model, ...fields });
    this.detail = sentence;
  }
}
