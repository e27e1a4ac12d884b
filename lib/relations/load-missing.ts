import type { EntityMetadata } from 'typeorm';
import { ownModelDefinition } from '../entity-model/index.js';
import { RelationNotLoadedError } from '../errors/index.js';
import { embeddedOwner, entityState } from '../hydration/index.js';
import { currentScope, type Scope } from '../transactions/index.js';
import { classHasPath, isEntityClass, unknownClassPath } from './class-relations.js';
import { loadPlan, type LoadPlan } from './load-plan.js';
import { loadRelation, loadedTargets } from './load-relations.js';
import { relationValue } from './relation-value.js';
import { oneCall } from './tracking.js';

type Relation = EntityMetadata['relations'][number];

/**
 * Loads the relations that entities do not have yet, each with one query for all of them, through the current
 * transaction of the data source that each entity came from. What is loaded or assigned stays the same object.
 *
 * @throws UnknownRelationError before any query
 * @throws RelationNotLoadedError when one is not set on an object that has no row to load it from
 */
export async function loadMissing(objects: readonly object[], paths: readonly string[]): Promise<void> {
  const loaded = new Map<EntityMetadata, object[]>();
  const others = new Set<object>();
  for (const object of new Set(objects)) {
    const metadata = entityState(object)?.metadata;
    if (metadata) group(loaded, metadata, object);
    else others.add(object);
  }
  const planned = [...loaded].map(([metadata, entities]) => ({ entities, plan: planOf(metadata, paths) }));
  await requireSet([...others], paths);
  await oneCall('once')(() => loadByPlans(planned));
}

const plans = new WeakMap<EntityMetadata, WeakMap<readonly string[], LoadPlan>>();

/** The plan of these paths; paths come from decorators again and again. */
function planOf(metadata: EntityMetadata, paths: readonly string[]): LoadPlan {
  let ofModel = plans.get(metadata);
  if (!ofModel) plans.set(metadata, (ofModel = new WeakMap()));
  let plan = ofModel.get(paths);
  if (!plan) ofModel.set(paths, (plan = loadPlan(metadata, paths)));
  return plan;
}

/** Objects without a row must have been given their relations; behind those, what has a row is loaded. */
async function requireSet(objects: readonly object[], paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const behind = new Map<string, object[]>();
    for (const object of objects) {
      const type = object.constructor as unknown;
      if (isEntityClass(type) && !classHasPath(type, path)) throw unknownClassPath(type, path);
      const { relation, value, rest } = await firstRelation(object, path);
      if (value === undefined) throw notSet(type, relation);
      for (const item of rest === '' ? [] : objectsIn(value)) group(behind, rest, item);
    }
    for (const [rest, items] of behind) await loadMissing(items, [rest]);
  }
}

/** The relation that a path begins with, through embedded objects, and what is left of the path behind it. */
async function firstRelation(
  object: object,
  path: string,
): Promise<{ relation: string; value: unknown; rest: string }> {
  const names = path.split('.');
  let value: unknown = object;
  let depth = 0;
  do {
    // A lazy relation of a new entity is a promise.
    value = await (value as Record<string, unknown>)[names[depth++]];
  } while (depth < names.length && isEmbedded(value));
  return { relation: names.slice(0, depth).join('.'), value, rest: names.slice(depth).join('.') };
}

function isEmbedded(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !entityState(value) && !isEntityClass(value.constructor);
}

function notSet(type: unknown, relation: string): RelationNotLoadedError {
  const name = typeof type === 'function' ? type.name : 'Object';
  // A class without a model may well have been loaded: it is only not known to be.
  const isNew = !isEntityClass(type) || ownModelDefinition(type) !== undefined;
  return new RelationNotLoadedError(name, relation, { isNew });
}

interface Planned {
  readonly entities: readonly object[];
  readonly plan: LoadPlan;
}

/** Loads each relation for all entities together: classes of one inheritance tree share the relations of the root. */
async function loadByPlans(planned: readonly Planned[]): Promise<void> {
  const levels = new Map<Relation, { entities: object[]; below: LoadPlan }>();
  for (const { entities, plan } of planned) {
    for (const [relation, below] of plan) {
      const level = levels.get(relation);
      if (level) level.entities.push(...entities);
      else levels.set(relation, { entities: [...entities], below });
    }
  }
  for (const [relation, { entities, below }] of levels) {
    await loadOnce(entities, relation);
    if (below.size > 0) await loadBehind(loadedTargets(entities, relation), relation, below);
  }
}

/** Goes one level down. Targets may be of subclasses, and some may have been assigned by hand. */
async function loadBehind(
  targets: readonly object[],
  { inverseEntityMetadata }: Relation,
  plan: LoadPlan,
): Promise<void> {
  const groups = new Map<EntityMetadata, object[]>();
  const others: object[] = [];
  for (const target of targets) {
    const metadata = entityState(target)?.metadata;
    if (metadata) group(groups, metadata, target);
    else if (isPlain(inverseEntityMetadata) && inverseEntityMetadata.hasId(target)) {
      group(groups, inverseEntityMetadata, target);
    } else others.push(target);
  }
  await requireSet(others, pathsOf(plan));
  await loadByPlans([...groups].map(([metadata, entities]) => ({ entities, plan: planFor(metadata, plan) })));
}

/** Entities of classes without a model are not always stamped: one with a key is taken for a row's. */
function isPlain({ target }: EntityMetadata): boolean {
  return typeof target !== 'function' || ownModelDefinition(target) === undefined;
}

/** The plan with the relations as a subclass has them: some that it inherits are objects of their own there. */
function planFor(metadata: EntityMetadata, plan: LoadPlan): LoadPlan {
  return new Map(
    [...plan].map(([relation, below]) => [
      metadata.findRelationWithPropertyPath(relation.propertyPath) ?? relation,
      below,
    ]),
  );
}

function pathsOf(plan: LoadPlan): string[] {
  return [...plan].flatMap(([{ propertyPath }, below]) =>
    below.size === 0 ? [propertyPath] : pathsOf(below).map((path) => `${propertyPath}.${path}`),
  );
}

interface Running {
  readonly relation: Relation;
  readonly scope: Scope | undefined;
  readonly done: Promise<void>;
}

const running = new WeakMap<object, Running[]>();

/**
 * Loads a relation where it is missing. Calls that come at once share one query, but only within one transaction: a
 * flow that waited for another's transaction could wait for ever.
 */
async function loadOnce(entities: readonly object[], relation: Relation): Promise<void> {
  if (relation.isLazy) await assignedPromises(entities, relation);
  const missing = entities.filter((entity) => isMissing(entity, relation));
  if (missing.length === 0) return;
  const { dataSource } = relation.entityMetadata;
  const scope = currentScope(dataSource);
  const isSame = (load: Running): boolean => load.relation === relation && load.scope === scope;
  const awaited = new Set<Promise<void>>();
  const mine = missing.filter((entity) => {
    const load = running.get(entity)?.find(isSame);
    if (load) awaited.add(load.done);
    return !load;
  });
  if (mine.length > 0) {
    const done = loadRelation(dataSource, mine, relation, { keepLoaded: true }).finally(() => {
      for (const entity of mine)
        running.set(
          entity,
          (running.get(entity) ?? []).filter((load) => !isSame(load)),
        );
    });
    for (const entity of mine) running.set(entity, [...(running.get(entity) ?? []), { relation, scope, done }]);
    awaited.add(done);
  }
  // All of them, even if one fails: nothing of this call goes on after its end.
  const failed = (await Promise.allSettled(awaited)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Waits for promises that were assigned to a lazy relation, or that it is loading already. */
async function assignedPromises(
  entities: readonly object[],
  { embeddedMetadata, propertyName }: Relation,
): Promise<void> {
  for (const entity of entities) await embeddedOwner(entity, embeddedMetadata)?.[`__promise_${propertyName}__`];
}

/** A relation in an embedded object that is null has no place, so nothing of it is missing. */
function isMissing(entity: object, relation: Relation): boolean {
  return (
    relationValue(entity, relation) === undefined && embeddedOwner(entity, relation.embeddedMetadata) !== undefined
  );
}

/** The objects in a value that is an object, a list of them, or neither. */
export function objectsIn(value: unknown): object[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item === 'object' && item !== null);
}

function group<Key>(groups: Map<Key, object[]>, key: Key, item: object): void {
  const items = groups.get(key);
  if (items) items.push(item);
  else groups.set(key, [item]);
}
