import { getMetadataStorage } from 'class-validator';
import { fieldsOf, openApiPropertyNames, type FieldDeclaration } from '../field-types/index.js';

interface Shape {
  readonly fields: readonly FieldDeclaration[];
  /** Properties without a field type that validation or OpenAPI decorators declare. */
  readonly others: readonly string[];
}

const shapes = new WeakMap<Function, Shape>();

/**
 * A value as an instance of a data class that holds the declared fields alone. What the value does not
 * have is left out; relations that lead back to an object already on the way are left out as well.
 */
export function projection(model: Function, value: unknown, path: readonly object[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => projection(model, item, path));
  if (typeof value !== 'object' || value === null) return value;
  if (path.includes(value)) return undefined;
  const source = value as Record<string, unknown>;
  const result = Object.create(model.prototype as object) as Record<string, unknown>;
  const { fields, others } = shapeOf(model);
  const below = [...path, value];
  for (const name of others) {
    if (source[name] !== undefined) result[name] = source[name];
  }
  for (const { name, spec, computed } of fields) {
    const given = source[name];
    if (given === undefined || (computed && !(name in source))) continue;
    const shown = spec.nested
      ? projection(spec.nested(), given, below)
      : given !== null && spec.serialize
        ? spec.serialize(given)
        : given;
    if (shown !== undefined)
      Object.defineProperty(result, name, { value: shown, enumerable: true, writable: true, configurable: true });
  }
  for (const { name, computed } of fields) {
    // A getter of the data class itself, worked out from the fields that it shows.
    if (computed && !Object.hasOwn(result, name)) {
      const computedValue = result[name];
      Object.defineProperty(result, name, {
        value: computedValue,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
  }
  return result;
}

function shapeOf(model: Function): Shape {
  let shape = shapes.get(model);
  if (!shape) {
    const fields = [...fieldsOf(model).values()];
    const named = new Set(fields.map(({ name }) => name));
    const validated = getMetadataStorage().getTargetValidationMetadatas(model, '', true, false);
    const declared = [
      ...validated.map(({ propertyName }) => propertyName),
      ...openApiPropertyNames(model.prototype as object),
    ];
    shape = { fields, others: [...new Set(declared)].filter((name) => !named.has(name)) };
    shapes.set(model, shape);
  }
  return shape;
}
