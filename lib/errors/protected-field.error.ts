import { SqlModelExtError } from './sql-model-ext.error.js';

/** A patch names a primary key, a timestamp, a version, a generated column or a relation: fields that input may never set. */
export class ProtectedFieldError extends SqlModelExtError {
  readonly code = 'PROTECTED_FIELD';

  constructor(model: string, names: readonly string[]) {
    super(
      `${names.map((name) => `'${name}'`).join(', ')} of ${model} cannot be set: remove it. Timestamps may come from trusted code, in 'extra' of update().`,
      { model, names: [...names] },
    );
  }
}
