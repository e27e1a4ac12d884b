import { SqlModelExtError } from './sql-model-ext.error.js';

/** Input, a patch, a condition or an order names a field that the model does not have. */
export class UnknownFieldError extends SqlModelExtError {
  readonly code = 'UNKNOWN_FIELD';

  constructor(model: string, names: readonly string[], near: readonly string[] = []) {
    const hint = near.length > 0 ? ` Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?` : '';
    super(`${model} has no field ${names.map((name) => `'${name}'`).join(', ')}: remove it from the input.${hint}`, {
      model,
      names: [...names],
      near: [...near],
    });
  }
}
