import { SqlModelExtError } from './sql-model-ext.error.js';

/** Something other than an entity of the model was passed where an entity is needed, such as a DTO or a plain object. */
export class NotAnEntityError extends SqlModelExtError {
  readonly code = 'NOT_AN_ENTITY';

  constructor(model: string, received: string, operation: string) {
    super(
      `${operation}() needs a ${model} that was loaded or created as an entity, but received ${received}. Load it first, or use add() for new rows and update(entity, patch) for input.`,
      { model, received, operation },
    );
  }
}
