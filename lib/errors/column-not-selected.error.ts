import { SqlModelExtError } from './sql-model-ext.error.js';

/** A column was read that the entity's query did not select. */
export class ColumnNotSelectedError extends SqlModelExtError {
  readonly code = 'COLUMN_NOT_SELECTED';

  /**
   * @param column property path of the column in the model
   * @param details.readAt where the application read the entity, if that is known
   */
  constructor(model: string, column: string, details: { readonly readAt?: string } = {}) {
    const { readAt } = details;
    const where = readAt === undefined ? '' : ` The ${model} was read at ${readAt}.`;
    super(
      `${model}.${column} was not selected.${where} Add '${column}' to the select of the query; a column that is declared with select: false needs addSelect: ['${column}'].`,
      { model, column, ...(readAt === undefined ? {} : { readAt }) },
    );
  }
}
