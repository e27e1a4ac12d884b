import { SqlModelExtError } from './sql-model-ext.error.js';

/** A delete by condition has a condition that would match every row. */
export class EmptyConditionError extends SqlModelExtError {
  readonly code = 'EMPTY_CONDITION';

  constructor(model: string) {
    super(
      `The condition for deleting ${model} rows is empty and would match every row: name at least one column, or use .typeorm.clear() to empty the table.`,
      { model },
    );
  }
}
