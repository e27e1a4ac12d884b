import { ConfigurationError, NotAnEntityError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { describePlace, isEntityClass, mayHoldEntity, parameterTypes, type MethodPlace } from '../relations/index.js';

/** Says which argument of a method is the entity: the options of `@RequiresForUpdate()`. */
export interface RequiresForUpdateOptions {
  /** Position of the argument, from 0: an entity or a list of entities. Default: found by type. */
  readonly argument?: number;
  /** The class of the entity. Default: the class of any argument that is an entity. */
  readonly model?: Function;
}

/** Whether something is an instance of a class of entities. */
export function isEntity(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    (entityState(value) !== undefined || isEntityClass(value.constructor))
  );
}

/**
 * The entities of a call whose rows must be locked: those in the named argument, else in the one whose declared type is
 * a class of entities, else in the one that holds entities. None where that argument is empty. `arity` is the number of
 * parameters before the first that is optional or takes the rest.
 *
 * @throws ConfigurationError when several arguments could be meant, or none can
 * @throws NotAnEntityError when the argument is something else
 */
export function lockedEntities(
  method: MethodPlace,
  options: RequiresForUpdateOptions,
  arity: number,
  given: readonly unknown[],
): object[] {
  const args = slotsOf(method, arity, given);
  const index = options.argument ?? declaredArgument(method, options);
  if (index !== undefined) return entitiesAt(index, method, options, args);
  const holders = args.flatMap((value, position) =>
    itemsOf(value).some((item) => isOf(item, options.model)) ? [position] : [],
  );
  refuseSeveral(method, holders);
  const [holder] = holders;
  if (holder !== undefined) return entitiesAt(holder, method, options, args);
  // Nothing in the place of the entity: then there is no row either.
  const mayMiss = (parameterTypes(method) ?? []).slice(args.length).some(mayHoldEntity);
  const isShort = args.length < arity || args.length === 0 || (mayMiss && !args.some(isObject));
  if (isShort || args.some((value) => itemsOf(value).length === 0)) return [];
  throw new ConfigurationError(
    `${describeForUpdate(method)}: no argument is ${options.model ? `a ${options.model.name}` : 'an entity'}. Pass one, or say which argument it is, as in { argument: 0 }.`,
  );
}

/** The decorator on its method, as messages begin. */
export function describeForUpdate(method: MethodPlace): string {
  return `@RequiresForUpdate on ${describePlace(method)}`;
}

function declaredArgument(method: MethodPlace, { model }: RequiresForUpdateOptions): number | undefined {
  const fitting = (parameterTypes(method) ?? []).flatMap((type, index) =>
    isEntityClass(type) && (model === undefined || isRelated(type, model)) ? [index] : [],
  );
  refuseSeveral(method, fitting);
  return fitting.at(0);
}

function refuseSeveral(method: MethodPlace, positions: readonly number[]): void {
  if (positions.length < 2) return;
  throw new ConfigurationError(
    `${describeForUpdate(method)}: the arguments ${positions.join(' and ')} could all be meant: name one, as in @RequiresForUpdate({ argument: ${positions[0]} }). For several, put the decorator there several times.`,
  );
}

function entitiesAt(
  index: number,
  method: MethodPlace,
  { model }: RequiresForUpdateOptions,
  args: readonly unknown[],
): object[] {
  return itemsOf(args[index]).map((item) => {
    if (isOf(item, model)) return item;
    const declared = model ?? parameterTypes(method)?.[index];
    const expected = isEntityClass(declared) ? declared.name : 'entity';
    const received = typeof item === 'object' && item !== null ? `a ${item.constructor.name}` : `a ${typeof item}`;
    throw new NotAnEntityError(expected, received, describePlace(method));
  });
}

/** A call's arguments by parameter: what a rest parameter took is one list, what no parameter takes is left out. */
function slotsOf(method: MethodPlace, arity: number, args: readonly unknown[]): readonly unknown[] {
  const count = parameterTypes(method)?.length;
  if (count === undefined || args.length <= count) return args;
  if (count <= arity) return args.slice(0, count);
  return [...args.slice(0, count - 1), args.slice(count - 1).flat()];
}

/** What is there of an argument: itself, or what it lists. */
function itemsOf(value: unknown): unknown[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => item !== null && item !== undefined);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isOf(item: unknown, model: Function | undefined): item is object {
  return isEntity(item) && (model === undefined || item instanceof model);
}

function isRelated(type: Function, model: Function): boolean {
  return type === model || type.prototype instanceof model || model.prototype instanceof type;
}
