import 'reflect-metadata';
import { ConfigurationError, UnknownRelationError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { isEntityClass } from './class-relations.js';
import { loadMissing } from './load-missing.js';
import { requiredEntities } from './required-argument.js';
import {
  describeRequirement,
  isOfInstance,
  noteRequirement,
  type MethodPlace,
  type Requirement,
} from './requirement.js';
import type { RequirablePath, RequirementDecorator, WaitingMethod } from './requirement-types.js';
import { checkRequirable, checkRequiredArguments, type RequiresRelationsOptions } from './requires-options.js';
import { wrapInLayer, wrapMethod, type Method } from './wrapped-method.js';

/**
 * Loads the relations that a method needs before the method runs: only what is missing, with one query for each
 * relation, through the current transaction. On a method of an entity they are the entity's own; on any other method
 * those of the argument that is an entity, or a list of entities, found by its type: name it with `{ argument: 1 }`
 * or `{ model: Article }` as the last argument where several fit.
 *
 * The method must be asynchronous: an async method, one that returns a promise, or an async generator. An entity that
 * has no row yet must have the relations assigned, else `RelationNotLoadedError`.
 *
 * @throws ConfigurationError at class definition for anything but an asynchronous method; at start-up, or without
 * Nest at the first call, for paths that name no relation and for arguments that are not clear
 */
export function RequiresRelations<
  Target extends object,
  Decorated extends WaitingMethod,
  const Path extends RequirablePath<Target, Decorated>,
>(path: Path, ...more: readonly (Path | RequiresRelationsOptions)[]): RequirementDecorator<Target, Decorated> {
  const given: readonly unknown[] = [path, ...more];
  const decorate = (prototype: object, name: string | symbol, descriptor?: PropertyDescriptor): void => {
    const method = { prototype, name };
    const original = checkRequirable(method, descriptor);
    const requirement = checkRequiredArguments(method, given, original);
    noteRequirement(method, requirement);
    (descriptor as PropertyDescriptor).value = wrapInLayer('requirement', original, (inner) =>
      preloading(method, requirement, inner),
    );
  };
  return decorate;
}

/** The method that loads first: an async generator stays one, everything else gives a promise. */
function preloading(method: MethodPlace, requirement: Requirement, inner: Method): Method {
  if (inner.constructor.name !== 'AsyncGeneratorFunction') {
    return wrapMethod(inner, async function (...args) {
      await preload(this, args, method, requirement);
      return settled(inner.apply(this, args), method);
    });
  }
  type Generating = (this: unknown, ...args: unknown[]) => AsyncGenerator;
  return wrapMethod(inner, async function* (...args) {
    await preload(this, args, method, requirement);
    return yield* (inner as Generating).apply(this, args);
  });
}

/** An async generator that only became known by its result has been promised already. */
function settled(result: unknown, method: MethodPlace): unknown {
  if (isGenerator(result)) {
    throw new ConfigurationError(
      `${describeRequirement(method)}: the method returns an async generator but is none itself: write it as 'async *${String(method.name)}()'.`,
    );
  }
  return result;
}

function isGenerator(result: unknown): boolean {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result && 'next' in result;
}

async function preload(
  instance: unknown,
  args: readonly unknown[],
  method: MethodPlace,
  requirement: Requirement,
): Promise<void> {
  try {
    const objects =
      isOfInstance(requirement) && isEntity(instance) ? [instance] : requiredEntities(method, requirement, args);
    await loadMissing(objects, requirement.paths);
  } catch (error) {
    // Asked for by a decorator, not by a client.
    if (!(error instanceof UnknownRelationError)) throw error;
    throw new ConfigurationError(`${describeRequirement(method)}: ${error.message}`, error.fields, error);
  }
}

function isEntity(instance: unknown): instance is object {
  if (typeof instance !== 'object' || instance === null) return false;
  return entityState(instance) !== undefined || isEntityClass(instance.constructor);
}
