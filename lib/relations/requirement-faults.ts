import type { EntityMetadata } from 'typeorm';
import { nearNames, UnknownRelationError } from '../errors/index.js';
import { classHasPath, isEntityClass, unknownClassPath } from './class-relations.js';
import { loadPlan } from './load-plan.js';
import { ambiguityOf, fittingParameters, mayHoldEntity, parameterTypes } from './required-argument.js';
import {
  describePlace,
  isOfInstance,
  requirementsAt,
  requiringMethods,
  type MethodPlace,
  type Requirement,
} from './requirement.js';

/** What an application has: to find mistakes in `@RequiresRelations()` before the first call. */
export interface RequirementWorld {
  /** The entities of all data sources. */
  readonly entities: readonly EntityMetadata[];
  /** False: a data source is not connected yet, so that `entities` may lack some. */
  readonly isComplete: boolean;
}

/** Mistakes in what methods of entities require, one sentence each: class, method, path and near names. */
export function entityFaults(world: RequirementWorld): string[] {
  return world.entities.flatMap((metadata) => {
    const { target } = metadata;
    if (typeof target !== 'function') return [];
    return requiringMethods(target).flatMap((place) =>
      requirementsAt(place).flatMap((requirement) => {
        const faults = isOfInstance(requirement)
          ? requirement.paths.flatMap((path) => unknownPath(metadata, path) ?? [])
          : argumentFaults(place, requirement, world);
        return faults.map((fault) => `${describePlace(place, target)}: ${fault}`);
      }),
    );
  });
}

/** Mistakes in what methods of other classes require of their arguments. */
export function serviceFaults(types: Iterable<Function>, world: RequirementWorld): string[] {
  const faults = [...types].flatMap((type) =>
    requiringMethods(type).flatMap((place) =>
      requirementsAt(place).flatMap((requirement) =>
        argumentFaults(place, requirement, world).map((fault) => `${describePlace(place)}: ${fault}`),
      ),
    ),
  );
  // A method that several classes inherit is wrong once.
  return [...new Set(faults)];
}

function argumentFaults(place: MethodPlace, requirement: Requirement, world: RequirementWorld): string[] {
  const { paths, argument, model } = requirement;
  const types = parameterTypes(place);
  const named = model ?? (argument === undefined ? undefined : types?.[argument]);
  if (isEntityClass(named)) return unknownPaths([named], paths, world);
  if (named !== undefined || argument !== undefined || types === undefined) return unknownAnywhere(paths, world);
  const fitting = fittingParameters(place, requirement);
  if (fitting.length > 0) return fitting.length === 1 ? [] : [`${ambiguityOf(fitting, requirement)}.`];
  if (types.some((type) => mayHoldEntity(type) && !isEntityClass(type))) return unknownAnywhere(paths, world);
  const models = types.filter(isEntityClass);
  if (models.length > 0) return unknownPaths(models, paths, world);
  return ['no parameter can be an entity.'];
}

/** Paths that neither a class nor a subclass of it has, as said of the class that is nearest to having them. */
function unknownPaths(models: readonly Function[], paths: readonly string[], world: RequirementWorld): string[] {
  const perModel = models.map((model) =>
    paths.flatMap((path) => (hasPath(model, path, world) ? [] : [unknownClassPath(model, path).message])),
  );
  return perModel.some((faults) => faults.length === 0) ? [] : perModel.flat();
}

function hasPath(model: Function, path: string, { entities }: RequirementWorld): boolean {
  const isBelow = ({ target }: EntityMetadata): boolean =>
    typeof target === 'function' && (target === model || target.prototype instanceof model);
  return (
    classHasPath(model, path) ||
    entities.some((metadata) => isBelow(metadata) && unknownPath(metadata, path) === undefined)
  );
}

/** Where no type says which model is meant, a path must be one of any entity's. */
function unknownAnywhere(paths: readonly string[], { entities, isComplete }: RequirementWorld): string[] {
  const hasAll = (metadata: EntityMetadata): boolean => paths.every((path) => !unknownPath(metadata, path));
  if (!isComplete || entities.some(hasAll)) return [];
  const unknown = paths.filter((path) => entities.every((metadata) => unknownPath(metadata, path)));
  if (unknown.length === 0) return [`no entity has all of ${paths.map((path) => `'${path}'`).join(', ')}.`];
  const relations = entities.flatMap((metadata) => metadata.relations.map(({ propertyPath }) => propertyPath));
  return unknown.map((path) => {
    // A path may begin well: then what is said of the entity that has its beginning helps more.
    const deeper = entities.find(({ relations: own }) =>
      own.some(({ propertyPath }) => path.startsWith(`${propertyPath}.`)),
    );
    if (deeper) return String(unknownPath(deeper, path));
    const [name] = path.split('.', 1);
    const near = nearNames(name, [...new Set(relations)]).map((known) => `'${known}'`);
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    return `'${name}' in the path '${path}' is not a relation of any entity.${hint}`;
  });
}

function unknownPath(metadata: EntityMetadata, path: string): string | undefined {
  try {
    loadPlan(metadata, [path]);
    return undefined;
  } catch (error) {
    if (error instanceof UnknownRelationError) return error.message;
    throw error;
  }
}
