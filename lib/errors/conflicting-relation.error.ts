import { SqlModelExtError } from './sql-model-ext.error.js';

/** A relation and its foreign-key column were both changed, to different rows. */
export class ConflictingRelationError extends SqlModelExtError {
  readonly code = 'CONFLICTING_RELATION';

  constructor(model: string, relation: string, foreignKey: string) {
    super(
      `${model}.${relation} and ${model}.${foreignKey} were both changed and name different rows: assign only one of them.`,
      { model, relation, foreignKey },
    );
  }
}
