import {
  And,
  Equal,
  FindOperator,
  InstanceChecker,
  IsNull,
  LessThan,
  MoreThanOrEqual,
  type EntityMetadata,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm';
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

/** Whether a condition reaches into a relation, which DELETE and UPDATE statements cannot do. */
export function reachesRelations(metadata: EntityMetadata, branches: Branches): boolean {
  return branches.some((branch) =>
    Object.entries(branch).some(
      ([name, value]) =>
        isNested(value) && metadata.relations.some(({ propertyPath }) => propertyPath.split('.', 1)[0] === name),
    ),
  );
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

function checkedValue(metadata: EntityMetadata, value: unknown, path: string): unknown {
  if (value === null) return IsNull();
  if (!isNested(value)) return value;
  const relation = metadata.relations.find(({ propertyPath }) => propertyPath === path);
  if (relation) return checkedWhere(relation.inverseEntityMetadata, value, '');
  const embedded = metadata.columns.some(({ propertyPath }) => propertyPath.startsWith(`${path}.`));
  return embedded ? checkedWhere(metadata, value, `${path}.`) : value;
}

/** An object that names columns further down, not a value or an operator. */
export function isNested(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array) &&
    !Array.isArray(value) &&
    !InstanceChecker.isFindOperator(value) &&
    !InstanceChecker.isEqualOperator(value)
  );
}

function merged(a: Where, b: Where): Where {
  const result: Where = { ...a };
  for (const name of Object.keys(b)) {
    const value: unknown = b[name];
    const present: unknown = result[name];
    if (!(name in result)) result[name] = value;
    else if (isNested(present) && isNested(value)) result[name] = merged(present, value);
    else result[name] = And(operator(present), operator(value));
  }
  return result;
}

function operator(value: unknown): FindOperator<unknown> {
  return InstanceChecker.isFindOperator(value) || InstanceChecker.isEqualOperator(value)
    ? (value as FindOperator<unknown>)
    : Equal(value);
}
