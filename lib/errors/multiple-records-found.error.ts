import { SqlModelExtError } from './sql-model-ext.error.js';

/** More than one row matches where `fetch: 'one'` asked for exactly one. */
export class MultipleRecordsFoundError extends SqlModelExtError {
  readonly code = 'MULTIPLE_RECORDS_FOUND';

  constructor(model: string) {
    super(
      `More than one ${model} matches where exactly one was asked for. Narrow the condition, or use fetch: 'first' or fetch: 'all'.`,
      { model },
    );
  }
}
