import 'reflect-metadata';
import { ownModelDefinition } from '../entity-model/index.js';
import { ConfigurationError, RowNotLockedError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import {
  describePlace,
  parameterTypes,
  wrapInLayer,
  wrapMethod,
  type Method,
  type MethodPlace,
} from '../relations/index.js';
import { describeForUpdate, isEntity, lockedEntities, type RequiresForUpdateOptions } from './locked-argument.js';
import { isInserted } from './own-rows.js';
import { isLocked } from './row-locks.js';

const FOR_UPDATE = Symbol('nestjs-sqlmodel-ext:requires-for-update');
const OPTIONS = ['argument', 'model'];

/**
 * Refuses to run a method unless the current transaction has locked the row of its entity, by `withForUpdate`, by
 * `@ModelParam(…, { lock: true })`, or because it has inserted the row itself. On a method of an entity that is the
 * entity; on any other method the argument that is an entity, or a list of entities, found by its type: name it with
 * `{ argument: 1 }` or `{ model: Account }` where several could be meant. Entities without a row have nothing to lock.
 *
 * An asynchronous method rejects, any other throws; a generator throws when its first value is asked for.
 *
 * @throws ConfigurationError at class definition for anything but a method of instances and for wrong options
 */
export function RequiresForUpdate(options: RequiresForUpdateOptions = {}): MethodDecorator {
  return <T>(prototype: object, name: string | symbol, descriptor: TypedPropertyDescriptor<T>) => {
    const method = { prototype, name };
    const original = checkMethod(method, descriptor?.value);
    checkOptions(method, options);
    Reflect.defineMetadata(FOR_UPDATE, [...forUpdateRequirementsAt(method), options], prototype, name);
    descriptor.value = wrapInLayer('requirement', original, (inner) => checking(method, options, inner)) as T;
    return descriptor;
  };
}

/** What `@RequiresForUpdate()` says about a prototype's own method, once for each time that it stands there. */
export function forUpdateRequirementsAt({ prototype, name }: MethodPlace): readonly RequiresForUpdateOptions[] {
  return (Reflect.getOwnMetadata(FOR_UPDATE, prototype, name) as RequiresForUpdateOptions[] | undefined) ?? [];
}

/** The method that looks first, in the way in which the method itself would fail. */
function checking(method: MethodPlace, options: RequiresForUpdateOptions, inner: Method): Method {
  const check = (instance: unknown, args: readonly unknown[]): void => {
    const isOfInstance = options.argument === undefined && options.model === undefined && isEntity(instance);
    const entities = isOfInstance ? [instance] : lockedEntities(method, options, inner.length, args);
    for (const entity of entities) requireLock(method, entity);
  };
  type Generating = (this: unknown, ...args: unknown[]) => Generator & AsyncGenerator;
  switch (kindOf(method, inner)) {
    case 'AsyncFunction':
      return wrapMethod(inner, async function (...args) {
        check(this, args);
        return inner.apply(this, args);
      });
    case 'AsyncGeneratorFunction':
      return wrapMethod(inner, async function* (...args) {
        check(this, args);
        return yield* (inner as Generating).apply(this, args);
      });
    case 'GeneratorFunction':
      return wrapMethod(inner, function* (...args) {
        check(this, args);
        return yield* (inner as Generating).apply(this, args);
      });
    default:
      return wrapMethod(inner, function (...args) {
        check(this, args);
        return inner.apply(this, args);
      });
  }
}

function kindOf({ prototype, name }: MethodPlace, inner: Method): string {
  const kind = inner.constructor.name;
  const isPromised = Reflect.getOwnMetadata('design:returntype', prototype, name) === Promise;
  return kind === 'Function' && isPromised ? 'AsyncFunction' : kind;
}

function requireLock(method: MethodPlace, entity: object): void {
  const state = entityState(entity);
  if (!state) {
    if (ownModelDefinition(entity.constructor)) return;
    throw new ConfigurationError(
      `${describeForUpdate(method)}: ${entity.constructor.name} is no @Model(), so nobody knows whether it has a row and who has locked it.`,
    );
  }
  const { metadata } = state;
  if (isLocked(metadata, entity) || isInserted(metadata, entity)) return;
  throw new RowNotLockedError(describePlace(method), metadata.name, metadata.getEntityIdMixedMap(entity));
}

function checkMethod(method: MethodPlace, original: unknown): Method {
  const { prototype, name } = method;
  if (typeof prototype === 'function') {
    throw new ConfigurationError(
      `@RequiresForUpdate on ${prototype.name}.${String(name)}: a static method has no entity: make it a method of instances.`,
    );
  }
  if (typeof original !== 'function') {
    throw new ConfigurationError(`${describeForUpdate(method)}: only a method can be refused: write a method.`);
  }
  return original as Method;
}

function checkOptions(method: MethodPlace, options: RequiresForUpdateOptions): void {
  const where = describeForUpdate(method);
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(`${where}: unknown option '${unknown}'. Allowed are ${OPTIONS.join(', ')}.`);
  }
  const { argument, model } = options as { argument?: unknown; model?: unknown };
  if ('model' in options && typeof model !== 'function') {
    throw new ConfigurationError(
      `${where}: 'model' is not a class: with a circular import it is still undefined here. Name the position instead, as in { argument: 0 }.`,
    );
  }
  const count = parameterTypes(method)?.length ?? Infinity;
  if (
    argument === undefined ||
    (Number.isInteger(argument) && (argument as number) >= 0 && (argument as number) < count)
  )
    return;
  throw new ConfigurationError(
    `${where}: 'argument' must be the position of a parameter, from 0, but is ${JSON.stringify(argument)}.`,
  );
}
