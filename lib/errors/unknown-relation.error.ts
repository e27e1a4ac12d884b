import { SqlModelExtError } from './sql-model-ext.error.js';

/** A relation path names something that is not a relation of the model. */
export class UnknownRelationError extends SqlModelExtError {
  readonly code = 'UNKNOWN_RELATION';

  constructor(model: string, path: string, relation: string, known: readonly string[], near: readonly string[]) {
    const hint =
      near.length > 0
        ? `Did you mean ${near.map((name) => `'${name}'`).join(' or ')}?`
        : known.length > 0
          ? `Its relations are: ${known.join(', ')}.`
          : 'It has no relations.';
    super(`'${relation}' in the path '${path}' is not a relation of ${model}. ${hint}`, {
      model,
      path,
      relation,
      near: [...near],
    });
  }
}
