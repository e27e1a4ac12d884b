import { InvalidFieldValueError, type FieldViolation } from '../errors/index.js';
import { peek } from '../entity-model/index.js';
import { bindInput, fieldsOf } from '../field-types/index.js';

/**
 * Items to validated instances of a data class. Plain objects are treated as JSON input: unknown fields
 * are refused. Of other objects, such as entities, the fields that the class declares are read.
 *
 * @throws InvalidFieldValueError naming every broken rule as `[index].field`
 */
export async function validateList<T extends object>(
  model: new (...args: never[]) => T,
  items: readonly unknown[],
): Promise<T[]> {
  const violations: FieldViolation[] = [];
  const values: T[] = [];
  for (const [index, item] of items.entries()) {
    const bound = await bindInput(model, isPlain(item) ? item : attributes(model, item), 'json');
    values.push(bound.value);
    for (const violation of bound.violations) {
      violations.push({
        ...violation,
        field: violation.field === '' ? `[${index}]` : `[${index}].${violation.field}`,
        message: violation.field === '' ? `[${index}] ${violation.message}` : `[${index}].${violation.message}`,
      });
    }
  }
  if (violations.length > 0) throw new InvalidFieldValueError(model.name, violations);
  return values;
}

function isPlain(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return true;
  const prototype: unknown = Object.getPrototypeOf(item);
  return prototype === null || prototype === Object.prototype || Array.isArray(item);
}

function attributes(model: Function, item: unknown): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, field] of fieldsOf(model)) {
    if (field.computed) continue;
    const value = typeof item === 'object' && item !== null ? peek(item, name) : undefined;
    if (value === undefined) continue;
    const nested = field.spec.nested?.();
    read[name] = nested ? nestedAttributes(nested, value) : value;
  }
  return read;
}

function nestedAttributes(model: Function, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => nestedAttributes(model, item));
  return isPlain(value) ? value : attributes(model, value);
}
