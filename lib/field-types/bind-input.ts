import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import type { FieldViolation } from '../errors/index.js';
import { ownDataModel, type DataModel } from './data-model.js';
import { fieldsOf, lineage } from './field-registry.js';
import type { InputSource } from './field-spec.js';
import { inputSourceOption } from './input-source-option.js';
import { propertyNames } from './property-names.js';

/** What became of some input. */
export interface BoundInput<T> {
  /** The instance; use it only when there is no violation. */
  readonly value: T;
  readonly violations: readonly FieldViolation[];
  /** Unknown names that an `ExtraIgnore` model dropped, by model. */
  readonly dropped: ReadonlyMap<Function, readonly string[]>;
}

/** Deeper input is an attack or a mistake, and would overflow the stack. */
const DEEPEST_NESTING = 100;

type Plain = Record<string, unknown>;
type DataClass<T> = new (...args: never[]) => T;

/** Whether a class, or one that it extends, carries data: its input is bound and validated. */
export function isDataModel(model: unknown): model is Function {
  return typeof model === 'function' && dataModelOf(model) !== undefined;
}

/**
 * Input to a validated instance: unknown fields refused or dropped, values converted, defaults filled in,
 * every rule checked, nested data included. Never throws for bad input.
 */
export async function bindInput<T extends object>(
  model: DataClass<T>,
  input: unknown,
  source: InputSource,
): Promise<BoundInput<T>> {
  const violations: FieldViolation[] = [];
  const dropped = new Map<Function, string[]>();
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const violation = { field: '', rule: 'isObject', message: `${model.name} must be an object` };
    return { value: new model(), violations: [violation], dropped };
  }
  const known = knownInput(model, input as Plain, '', violations, dropped);
  const value = plainToInstance(model as unknown as ClassConstructor<T>, known, inputSourceOption(source));
  fillDefaults(model, value as Plain);
  const errors = await validate(value, { forbidUnknownValues: false });
  return { value, violations: [...violations, ...withoutEcho(flatten(errors, ''))], dropped };
}

/** A copy of the input with the known names only; unknown ones are noted as violations or as dropped. */
function knownInput(
  model: Function,
  input: Plain,
  path: string,
  violations: FieldViolation[],
  dropped: Map<Function, string[]>,
): Plain {
  const fields = fieldsOf(model);
  const names = propertyNames(model);
  const forbid = dataModelOf(model)?.extra !== 'ignore';
  const known: Plain = {};
  for (const [name, value] of Object.entries(input)) {
    const field = fields.get(name);
    if (!names.has(name) || field?.computed === true) {
      if (forbid) {
        violations.push({
          field: path + name,
          rule: 'known',
          message: `${path}${name} is not a field of ${model.name}`,
        });
      } else {
        dropped.set(model, [...(dropped.get(model) ?? []), name]);
      }
      continue;
    }
    const nested = field?.spec.nested?.();
    known[name] = nested
      ? nestedInput(nested, value, `${path}${name}`, violations, dropped)
      : plainInput(value, `${path}${name}`, 1, violations);
  }
  return known;
}

function nestedInput(
  model: Function,
  value: unknown,
  path: string,
  violations: FieldViolation[],
  dropped: Map<Function, string[]>,
): unknown {
  if (path.split(/[.[]/).length > DEEPEST_NESTING) {
    violations.push(tooDeep(path));
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => nestedInput(model, item, `${path}[${index}]`, violations, dropped));
  }
  if (typeof value !== 'object' || value === null) return value;
  return knownInput(model, value as Plain, `${path}.`, violations, dropped);
}

function fillDefaults(model: Function, value: Plain): void {
  for (const [name, field] of fieldsOf(model)) {
    if (field.computed) continue;
    const current = value[name];
    const fallback: unknown = field.options.default;
    if (current === undefined && fallback !== undefined) {
      value[name] = typeof fallback === 'function' ? (fallback as () => unknown)() : structuredClone(fallback);
    }
    const nested = field.spec.nested?.();
    if (!nested) continue;
    for (const item of Array.isArray(current) ? (current as unknown[]) : [current]) {
      if (typeof item === 'object' && item !== null) fillDefaults(nested, item as Plain);
    }
  }
}

function flatten(errors: readonly ValidationError[], path: string): FieldViolation[] {
  return errors.flatMap((error) => {
    const field = /^\d+$/.test(error.property)
      ? `${path.replace(/\.$/, '')}[${error.property}]`
      : path + error.property;
    const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
      field,
      rule,
      message: withPath(message, error.property, field),
    }));
    return [...own, ...flatten(error.children ?? [], `${field}.`)];
  });
}

/**
 * A copy of a value that class-transformer can walk: it takes an own `constructor` for a class, and goes down as
 * far as the value does.
 */
function plainInput(value: unknown, path: string, depth: number, violations: FieldViolation[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST_NESTING) {
    violations.push(tooDeep(path));
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => plainInput(item, `${path}[${index}]`, depth + 1, violations));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return value;
  const plain: Plain = {};
  for (const [name, entry] of Object.entries(value)) {
    if (name === 'constructor' || name === '__proto__') {
      violations.push({ field: `${path}.${name}`, rule: 'known', message: `${path}.${name} is not a field` });
    } else {
      plain[name] = plainInput(entry, `${path}.${name}`, depth + 1, violations);
    }
  }
  return plain;
}

function tooDeep(path: string): FieldViolation {
  // The path may be as long as the input.
  const [field] = /^[^.[]*/.exec(path) ?? [path];
  return { field, rule: 'nesting', message: `${field} is nested deeper than ${DEEPEST_NESTING} levels` };
}

/** Messages begin with the name of their property, and say it again for each item of a list. */
function withPath(message: string, property: string, field: string): string {
  if (property === field) return message;
  const repeated = `, ${property}[`;
  return message.replace(property, field).replaceAll(repeated, `, ${field}[`);
}

/** class-validator says of a nested value that is no object what the field's own rule has said already. */
function withoutEcho(violations: FieldViolation[]): FieldViolation[] {
  const isEcho = ({ field, rule }: FieldViolation): boolean =>
    rule === 'nestedValidation' &&
    violations.some((other) => other.rule !== 'nestedValidation' && field.startsWith(other.field));
  return violations.filter((violation) => !isEcho(violation));
}

function dataModelOf(model: Function): DataModel | undefined {
  for (const owner of lineage(model).reverse()) {
    const definition = ownDataModel(owner);
    if (definition) return definition;
  }
  return undefined;
}
