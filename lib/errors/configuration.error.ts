import { SqlModelExtError } from './sql-model-ext.error.js';

/** An option, a decorator or a model is wrong in itself: found at class definition, at start-up or at the first use, before anything is written. */
export class ConfigurationError extends SqlModelExtError {
  readonly code = 'CONFIGURATION';

  constructor(message: string, fields: Record<string, unknown> = {}, cause?: unknown) {
    super(message, fields, cause);
  }
}
