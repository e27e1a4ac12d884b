import { getMetadataStorage } from 'class-validator';
import { openApiProperty } from '../field-types/index.js';
import { compiledProperties, type DeclaredProperty } from './response-shape.js';

const optionalNames = new WeakMap<Function, ReadonlySet<string>>();

/** What OpenAPI knows of a property, as far as it matters here. */
interface Described {
  readonly required?: unknown;
  readonly nullable?: unknown;
  readonly default?: unknown;
  readonly writeOnly?: unknown;
}

/** Whether an answer may leave a property out. */
export function isOptional(model: Function, { name, field }: DeclaredProperty): boolean {
  if (field) return field.optional;
  return describedIn(model, name)?.required === false || namesWithIsOptional(model).has(name);
}

/** Whether a property is not a part of the schema: without `@ApiProperty()`, or for input alone. */
export function isLeftOutOfOpenApi(model: Function, name: string): boolean {
  const described = describedIn(model, name);
  return described === undefined || described.writeOnly === true;
}

/**
 * Whether every answer has a value for a property. Of what neither field types nor OpenAPI describe nobody knows, and
 * what the class works out itself needs none.
 */
export function isRequired(model: Function, property: DeclaredProperty): boolean {
  const { name, field, exposed, inherited, computed } = property;
  if (!exposed || inherited || computed || field?.computed === true || isOptional(model, property)) return false;
  const described = describedIn(model, name);
  if (!field && !described) return false;
  return described?.writeOnly !== true && described?.nullable !== true && described?.default === undefined;
}

function describedIn(model: Function, name: string): Described | undefined {
  return openApiProperty(model.prototype as object, name) ?? compiledProperties(model)[name];
}

/** Kept: many handlers answer with one class, and class-validator looks through all its rules. */
function namesWithIsOptional(model: Function): ReadonlySet<string> {
  let names = optionalNames.get(model);
  if (!names) {
    const rules = getMetadataStorage().getTargetValidationMetadatas(model, '', true, false);
    names = new Set(rules.filter(({ name }) => name === 'isOptional').map(({ propertyName }) => propertyName));
    optionalNames.set(model, names);
  }
  return names;
}
