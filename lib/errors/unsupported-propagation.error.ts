import { SqlModelExtError } from './sql-model-ext.error.js';

/** The database cannot do the asked-for propagation, such as a second transaction on SQLite's one connection. */
export class UnsupportedPropagationError extends SqlModelExtError {
  readonly code = 'UNSUPPORTED_PROPAGATION';

  constructor(propagation: string, reason: string) {
    super(`Propagation ${propagation} is not possible here: ${reason}`, { propagation });
  }
}
