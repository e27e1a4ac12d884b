import {
  And,
  Equal,
  FindOperator,
  InstanceChecker,
  In,
  IsNull,
  LessThan,
  MoreThanOrEqual,
  Not,
  type EntityMetadata,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm';
import { fieldOfColumn } from '../entity-model/index.js';
import { ConfigurationError, InvalidFieldValueError, nearNames, UnknownFieldError } from '../errors/index.js';
import { contradictions } from '../pagination/index.js';
import type { TimeRange } from './query-options.js';

/** A checked condition: the branches of an OR. One empty branch means every row, no branch means no row. */
export type Branches = readonly Where[];
type Where = FindOptionsWhere<ObjectLiteral> & Record<string, unknown>;

/**
 * A caller's condition, checked: names must exist, null becomes IS NULL, and undefined is an error,
 * because it would silently widen the condition.
 *
 * @throws UnknownFieldError, ConfigurationError
 */
export function branchesOf(metadata: EntityMetadata, condition: unknown): Branches {
  if (condition === undefined || condition === null) return [{}];
  if (Array.isArray(condition)) return condition.map((branch) => checkedWhere(metadata, branch, ''));
  return [checkedWhere(metadata, condition, '')];
}

/** Conditions that must hold together. */
export function bothOf(left: Branches, right: Branches): Branches {
  if (isEverything(right)) return left;
  if (isEverything(left)) return right;
  return left.flatMap((a) => right.map((b) => merged(a, b)));
}

function isEverything(branches: Branches): boolean {
  return branches.length === 1 && Object.keys(branches[0]).length === 0;
}

/**
 * Time ranges as a condition.
 *
 * @throws InvalidFieldValueError when no row can lie in them
 * @throws ConfigurationError when the model has no such timestamp
 */
export function timeBranches(metadata: EntityMetadata, range: TimeRange): Branches {
  const sentences = contradictions(range);
  if (sentences.length > 0) {
    throw new InvalidFieldValueError(
      'The time range',
      sentences.map((message) => ({ field: message.split(' ', 1)[0], rule: 'timeRange', message })),
    );
  }
  const where: Where = {};
  for (const [column, after, before] of [
    ['createdAt', range.createdAfter, range.createdBefore],
    ['updatedAt', range.updatedAfter, range.updatedBefore],
  ] as const) {
    const bounds = [
      ...(after ? [MoreThanOrEqual(validDate(column, after))] : []),
      ...(before ? [LessThan(validDate(column, before))] : []),
    ];
    if (bounds.length === 0) continue;
    if (!metadata.findColumnWithPropertyPath(column)) {
      throw new ConfigurationError(`${metadata.name} has no '${column}': it cannot be narrowed by time.`);
    }
    where[column] = bounds.length === 1 ? bounds[0] : And(...bounds);
  }
  return [where];
}

function validDate(column: string, value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new InvalidFieldValueError('The time range', [
    { field: column, rule: 'isDate', message: `the bounds of ${column} must be valid dates` },
  ]);
}

/** Whether a condition names a relation, which DELETE and UPDATE statements cannot do. */
export function reachesRelations(metadata: EntityMetadata, branches: Branches): boolean {
  const relations = new Set(metadata.relations.map(({ propertyPath }) => propertyPath));
  const reaches = (where: object, path: string): boolean =>
    Object.entries(where).some(([name, value]) => {
      if (relations.has(path + name) && !metadata.findColumnWithPropertyPathStrict(path + name)) return true;
      return isNested(value) && reaches(value, `${path}${name}.`);
    });
  return branches.some((branch) => reaches(branch, ''));
}

function checkedWhere(metadata: EntityMetadata, where: unknown, path: string): Where {
  if (typeof where !== 'object' || where === null || Array.isArray(where) || where instanceof FindOperator) {
    throw new ConfigurationError(
      `The condition for ${metadata.name} must be an object or a list of objects of columns and values.`,
    );
  }
  const names = namesBelow(metadata, path);
  const checked: Where = {};
  for (const [name, value] of Object.entries(where)) {
    if (!names.has(name)) {
      throw new UnknownFieldError(metadata.name, [path + name], nearNames(name, [...names]));
    }
    if (value === undefined) {
      throw new ConfigurationError(
        `The condition for ${metadata.name} has undefined for '${path}${name}', which would match every row: leave the name out, or use null for IS NULL.`,
      );
    }
    checked[name] = checkedValue(metadata, value, path + name);
  }
  return checked;
}

const knownNames = new WeakMap<EntityMetadata, Map<string, ReadonlySet<string>>>();

/** Names that a condition may use at a path: '' for the model itself, `address.` inside an embedded object. */
function namesBelow(metadata: EntityMetadata, path: string): ReadonlySet<string> {
  let ofModel = knownNames.get(metadata);
  if (!ofModel) knownNames.set(metadata, (ofModel = new Map<string, ReadonlySet<string>>()));
  let below = ofModel.get(path);
  if (!below) {
    below = new Set(
      [...metadata.columns, ...metadata.relations]
        .map(({ propertyPath }) => propertyPath)
        .filter((propertyPath) => propertyPath.startsWith(path))
        .map((propertyPath) => propertyPath.slice(path.length).split('.', 1)[0]),
    );
    ofModel.set(path, below);
  }
  return below;
}

/** Objects of a condition that name columns further down: relations and embedded objects, never values. */
const nested = new WeakSet<object>();

/** Whether a part of a checked condition names columns further down. */
export function isNested(value: unknown): value is Where {
  return typeof value === 'object' && value !== null && nested.has(value);
}

function checkedValue(metadata: EntityMetadata, value: unknown, path: string): unknown {
  if (value === null) return IsNull();
  if (InstanceChecker.isFindOperator(value)) {
    return checkedOperator(metadata, value as FindOperator<unknown>, path);
  }
  const relation = metadata.relations.find(({ propertyPath }) => propertyPath === path);
  const embedded = metadata.columns.some(({ propertyPath }) => propertyPath.startsWith(`${path}.`));
  if (typeof value !== 'object' || value instanceof Date || (!relation && !embedded)) {
    return storedForm(metadata, value, path);
  }
  const below = relation
    ? checkedWhere(relation.inverseEntityMetadata, value, '')
    : checkedWhere(metadata, value, `${path}.`);
  nested.add(below);
  return below;
}

/** Null inside an operator would match nothing: it means IS NULL where that is clear, and is refused elsewhere. */
function checkedOperator(metadata: EntityMetadata, operator: FindOperator<unknown>, path: string): unknown {
  const { type, child } = operator;
  const value: unknown = child ?? operator.value;
  if (type === 'not') {
    if (value === null) return Not(IsNull());
    if (child) return Not(checkedOperator(metadata, child, path));
    return Not(storedForm(metadata, value, path));
  }
  if (type === 'equal' && value === null) return IsNull();
  if (type === 'equal') return Equal(storedForm(metadata, value, path));
  if (type === 'in') {
    const items = value as unknown[];
    return Array.isArray(items) ? In(items.map((item) => storedForm(metadata, item, path))) : operator;
  }
  const needsValue = type !== 'isNull' && type !== 'and' && type !== 'or' && type !== 'raw';
  refuseNothing(metadata, path, needsValue && (value === null || value === undefined));
  return operator;
}

function refuseNothing(metadata: EntityMetadata, path: string, isNothing: boolean): void {
  if (!isNothing) return;
  throw new ConfigurationError(
    `The condition for ${metadata.name} has null or undefined inside the operator of '${path}', which matches no row: use IsNull(), or leave it out.`,
  );
}

/** Keys are stored in lower case on every engine. */
function storedForm(metadata: EntityMetadata, value: unknown, path: string): unknown {
  if (typeof value !== 'string') return value;
  const column = metadata.findColumnWithPropertyPathStrict(path);
  const field = column && fieldOfColumn(column);
  return field?.spec.name === 'Uuid' ? field.spec.convert(value, 'json') : value;
}

function merged(a: Where, b: Where): Where {
  const result: Where = { ...a };
  for (const name of Object.keys(b)) {
    const value: unknown = b[name];
    const present: unknown = result[name];
    if (!(name in result)) result[name] = value;
    else if (isNested(present) && isNested(value)) {
      const below = merged(present, value);
      nested.add(below);
      result[name] = below;
    } else result[name] = And(operator(present), operator(value));
  }
  return result;
}

function operator(value: unknown): FindOperator<unknown> {
  return InstanceChecker.isFindOperator(value) || InstanceChecker.isEqualOperator(value)
    ? (value as FindOperator<unknown>)
    : Equal(value);
}
