import type { FieldViolation } from './field-violation.js';
import { SqlModelExtError } from './sql-model-ext.error.js';

/** A value breaks the rules of its field; nothing was written. `violations` names each field and rule. */
export class InvalidFieldValueError extends SqlModelExtError {
  readonly code = 'INVALID_FIELD_VALUE';

  readonly violations: readonly FieldViolation[];

  constructor(model: string, violations: readonly FieldViolation[]) {
    super(`${model} is not valid: ${violations.map((violation) => violation.message).join('; ')}.`, {
      model,
      violations: [...violations],
    });
    this.violations = violations;
  }
}
