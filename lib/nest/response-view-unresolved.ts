import { fieldsOf, openApiProperty, openApiPropertyNames } from '../field-types/index.js';
import { lacksItsType, transformedNames } from './class-transformer-keys.js';
import { compiledProperties } from './response-shape.js';

/** What says the schema of a property without a class. */
const SCHEMA_KEYS = ['$ref', 'additionalProperties', 'allOf', 'anyOf', 'enum', 'items', 'oneOf', 'properties'];

/**
 * The properties whose decorators need a class and have none: it is undefined, as in a circular import, or all that the
 * compiler has noted is `Object` or `Array`, as of an interface, a union and a list.
 */
export function unresolvedProperties(model: Function): readonly string[] {
  let known = KNOWN.get(model);
  if (!known) KNOWN.set(model, (known = foundIn(model)));
  return known;
}

/** Many handlers answer with the same class. */
const KNOWN = new WeakMap<Function, readonly string[]>();

function foundIn(model: Function): string[] {
  const prototype = model.prototype as object;
  const fields = fieldsOf(model);
  const compiled = compiledProperties(model);
  const unresolved = new Set<string>();
  for (const [name, { spec }] of fields) {
    if (spec.nested && isNoClass(() => spec.nested?.())) unresolved.add(name);
  }
  for (const name of transformedNames(model)) {
    if (lacksItsType(model, name)) unresolved.add(name);
  }
  for (const name of new Set([...openApiPropertyNames(prototype), ...Object.keys(compiled)])) {
    const described = openApiProperty(prototype, name) ?? (compiled[name] as Readonly<Record<string, unknown>>);
    if (fields.has(name) || SCHEMA_KEYS.some((key) => described[key] !== undefined)) continue;
    if (isUnresolved(described['type'])) unresolved.add(name);
  }
  return [...unresolved];
}

function isNoClass(thunk: () => unknown): boolean {
  try {
    return typeof thunk() !== 'function';
  } catch {
    return true;
  }
}

/** Names of types that are no classes (`'string'`) are resolved. */
function isUnresolved(given: unknown): boolean {
  const type: unknown = Array.isArray(given) ? given[0] : given;
  if (type === undefined || type === null) return true;
  if (typeof type !== 'function') return false;
  if (type.prototype !== undefined && type.name !== 'type') return type === Object || type === Array;
  try {
    return isUnresolved((type as () => unknown)());
  } catch {
    return true;
  }
}
