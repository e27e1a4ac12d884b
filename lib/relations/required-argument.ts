import 'reflect-metadata';
import { ConfigurationError, NotAnEntityError, UnknownRelationError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { classHasPath, isEntityClass } from './class-relations.js';
import { objectsIn } from './load-missing.js';
import { loadPlan } from './load-plan.js';
import { describePlace, describeRequirement, type MethodPlace, type Requirement } from './requirement.js';

/** The types of a method's parameters as TypeScript emits them; undefined where it emits none. */
export function parameterTypes({ prototype, name }: MethodPlace): readonly unknown[] | undefined {
  return Reflect.getOwnMetadata('design:paramtypes', prototype, name) as unknown[] | undefined;
}

/** Positions of the parameters whose declared type is a class of entities that has all the relations. */
export function fittingParameters(method: MethodPlace, { paths, model }: Requirement): number[] {
  return (parameterTypes(method) ?? []).flatMap((type, index) => {
    if (!isEntityClass(type) || (model && !isRelated(type, model))) return [];
    return paths.every((path) => classHasPath(type, path)) ? [index] : [];
  });
}

/** Whether an entity can come in a parameter of this declared type, though the type may be a list or an interface. */
export function mayHoldEntity(type: unknown): boolean {
  return !([String, Number, Boolean, BigInt, Symbol, Date] as unknown[]).includes(type);
}

/** What to say where several arguments could be meant. */
export function ambiguityOf(indexes: readonly number[], { paths }: Requirement): string {
  return `the arguments ${indexes.join(' and ')} could all be meant: name one, as in @RequiresRelations(${quoted(paths)}, { argument: ${indexes[0]} })`;
}

/**
 * The entities of a call that a requirement is about: those in the named argument, else in the one whose declared
 * type fits, else in the one that fits by what was passed. None where that argument is empty.
 *
 * @throws ConfigurationError when several arguments fit, or none does
 * @throws NotAnEntityError when the argument is no object
 */
export function requiredEntities(method: MethodPlace, requirement: Requirement, args: readonly unknown[]): object[] {
  const index = requirement.argument ?? declaredArgument(method, requirement);
  if (index !== undefined) return entitiesAt(index, method, requirement, args);
  const slots = slotsOf(method, requirement, args);
  const fitting = slots.flatMap((value, position) => {
    const entities = entitiesIn(value, requirement);
    return entities.some((entity) => fits(entity, requirement.paths)) ? [{ position, entities }] : [];
  });
  if (fitting.length > 1) {
    const positions = fitting.map(({ position }) => position);
    throw new ConfigurationError(`${describeRequirement(method)}: ${ambiguityOf(positions, requirement)}.`);
  }
  return fitting.at(0)?.entities ?? standIns(slots, method, requirement);
}

const declaredArguments = new WeakMap<Requirement, number | undefined>();

/** The one parameter whose declared type fits. */
function declaredArgument(method: MethodPlace, requirement: Requirement): number | undefined {
  if (!declaredArguments.has(requirement)) {
    const indexes = fittingParameters(method, requirement);
    if (indexes.length > 1) {
      throw new ConfigurationError(`${describeRequirement(method)}: ${ambiguityOf(indexes, requirement)}.`);
    }
    declaredArguments.set(requirement, indexes.at(0));
  }
  return declaredArguments.get(requirement);
}

function entitiesAt(index: number, method: MethodPlace, requirement: Requirement, args: readonly unknown[]): object[] {
  const { model } = requirement;
  const value = slotsOf(method, requirement, args).at(index);
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    if (item === null || item === undefined) return [];
    if (typeof item === 'object' && (isOf(item, model) || !isEntity(item))) return [item];
    const type = model ?? parameterTypes(method)?.[index];
    const expected = isEntityClass(type) ? type.name : 'entity';
    const received = typeof item === 'object' ? `a ${item.constructor.name}` : `a ${typeof item}`;
    throw new NotAnEntityError(expected, received, describePlace(method));
  });
}

/**
 * What a call without a fitting entity passed in its place: nothing, or, as tests do, an object that is no entity.
 */
function standIns(slots: readonly unknown[], method: MethodPlace, requirement: Requirement): object[] {
  const isEmpty = (value: unknown): boolean =>
    value === null || value === undefined || (Array.isArray(value) && objectsIn(value).length === 0);
  const types = parameterTypes(method);
  const isShort = types ? types.slice(slots.length).some(mayHoldEntity) : slots.length < requirement.arity;
  if (isShort || slots.some(isEmpty)) return [];
  // One that has not got the relations: what is wrong with them is said where they are loaded.
  const entity = slots.flatMap((value) => entitiesIn(value, requirement)).at(0);
  if (entity) return [entity];
  const heads = requirement.paths.map((path) => path.split('.', 1)[0]);
  const standIn = slots.find((value) => objectsIn(value).some((item) => heads.some((name) => name in item)));
  if (standIn !== undefined) return objectsIn(standIn);
  throw new ConfigurationError(
    `${describeRequirement(method)}: no argument is an entity with ${quoted(requirement.paths)}. Pass one, or say which argument it is, as in { argument: 0 }.`,
  );
}

/** A call's arguments by parameter: what a rest parameter took is one list, what no parameter takes is left out. */
function slotsOf(method: MethodPlace, { arity }: Requirement, args: readonly unknown[]): readonly unknown[] {
  const count = parameterTypes(method)?.length;
  if (count === undefined || args.length <= count) return args;
  if (count <= arity) return args.slice(0, count);
  return [...args.slice(0, count - 1), args.slice(count - 1).flat()];
}

function entitiesIn(value: unknown, { model }: Requirement): object[] {
  return objectsIn(value).filter((item) => isEntity(item) && isOf(item, model));
}

function isEntity(item: object): boolean {
  return entityState(item) !== undefined || isEntityClass(item.constructor);
}

function isOf(item: object, model: Function | undefined): boolean {
  return model === undefined || item instanceof model;
}

function fits(entity: object, paths: readonly string[]): boolean {
  const metadata = entityState(entity)?.metadata;
  if (!metadata) return paths.every((path) => classHasPath(entity.constructor, path));
  try {
    loadPlan(metadata, paths);
    return true;
  } catch (error) {
    if (error instanceof UnknownRelationError) return false;
    throw error;
  }
}

function isRelated(type: Function, model: Function): boolean {
  return type === model || type.prototype instanceof model || model.prototype instanceof type;
}

function quoted(paths: readonly string[]): string {
  return paths.map((path) => `'${path}'`).join(', ');
}
