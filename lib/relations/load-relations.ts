import { In, type DataSource, type EntityMetadata, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { chunked } from './chunked.js';
import { KnownEntities } from './known-entities.js';
import type { LoadPlan } from './load-plan.js';
import { relationValue, setRelationValue } from './relation-value.js';
import { comparableKey, rowKey } from './row-key.js';
import { queryAt } from './strictness.js';
import { oneCall } from './tracking.js';

type Relation = EntityMetadata['relations'][number];
type Column = EntityMetadata['columns'][number];

/** How relations are loaded. */
export interface LoadOptions {
  /** Soft-deleted rows are loaded as well. Default false. */
  readonly withDeleted?: boolean;
  /** Relations that are loaded already are kept, and only what is missing below them is loaded. Default false. */
  readonly keepLoaded?: boolean;
  /** What is loaded by a key is read from the database, whatever is cached. Default false. */
  readonly noCache?: boolean;
  /** Rows that are among these are put on entities as the objects that they are already. */
  readonly known?: KnownEntities;
  /** What leads to these entities from the one that the application asked for, such as `author.`: for messages. */
  readonly path?: string;
}

/** Finds rows by their primary keys without a query of the loader's own; undefined: it cannot. */
export type LookUp = (relation: Relation, keys: readonly unknown[]) => Promise<ObjectLiteral[] | undefined>;

let lookUp: LookUp | undefined;

/** Sets what is asked first for the rows behind to-one relations. */
export function onKeyLookUp(find: LookUp): void {
  lookUp = find;
}

/** Keys in one statement: well below every database's limit of parameters. */
const KEYS_PER_QUERY = 1_000;

/**
 * Loads relations onto entities: one query for each relation and level, whatever the number of entities.
 * Rows that several entities point at become one object. To-many relations come in the order of their
 * primary keys; to-one relations without a row become null.
 */
export async function loadRelations(
  dataSource: DataSource,
  entities: readonly object[],
  plan: LoadPlan,
  options: LoadOptions = {},
): Promise<void> {
  if (entities.length === 0) return;
  for (const [relation, below] of plan) {
    const missing =
      options.keepLoaded === true
        ? entities.filter((entity) => relationValue(entity, relation) === undefined)
        : entities;
    if (missing.length > 0) await loadRelation(dataSource, missing, relation, options);
    if (below.size > 0) {
      const path = `${options.path ?? ''}${relation.propertyPath}.`;
      await loadRelations(dataSource, loadedTargets(entities, relation), below, { ...options, path });
    }
  }
}

/** The entities behind a relation, as far as it is loaded, each once. */
export function loadedTargets(entities: readonly object[], relation: Relation): object[] {
  const targets = new Set<object>();
  for (const entity of entities) {
    const value = relationValue(entity, relation);
    for (const target of Array.isArray(value) ? (value as object[]) : [value]) {
      if (typeof target === 'object' && target !== null) targets.add(target);
    }
  }
  return [...targets];
}

/** Loads one relation onto entities of its class. */
export async function loadRelation(
  dataSource: DataSource,
  entities: readonly object[],
  given: Relation,
  options: LoadOptions,
): Promise<void> {
  const relation = intactRelation(given);
  const path = `${options.path ?? ''}${given.propertyPath}.`;
  await oneCall('once', relation)(() => queryAt(path, () => loadInParts(dataSource, entities, relation, options)));
}

async function loadInParts(
  dataSource: DataSource,
  entities: readonly object[],
  relation: Relation,
  options: LoadOptions,
): Promise<void> {
  const [joinColumn] = relation.joinColumns;
  if (relation.isWithJoinColumn && relation.joinColumns.length === 1 && keysKnown(entities, joinColumn)) {
    return loadByForeignKey(dataSource, entities, relation, joinColumn, options);
  }
  const [inverseColumn] = relation.inverseRelation?.joinColumns ?? [];
  if (
    (relation.isOneToMany || relation.isOneToOneNotOwner) &&
    relation.inverseRelation?.joinColumns.length === 1 &&
    !inverseColumn.isVirtual &&
    inverseColumn.isSelect
  ) {
    return loadByInverseKey(dataSource, entities, relation, inverseColumn, options);
  }
  return loadByJoin(dataSource, entities, relation, options);
}

/**
 * TypeORM forgets the key of a relation in an embedded object that a child of a single-table inheritance inherits, and
 * would join its target without a condition: the parent's relation is intact.
 */
function intactRelation(relation: Relation): Relation {
  const parent = relation.entityMetadata.parentEntityMetadata as EntityMetadata | undefined;
  if (!relation.embeddedMetadata || !parent) return relation;
  const inherited = parent.findRelationWithPropertyPath(relation.propertyPath);
  return inherited ? intactRelation(inherited) : relation;
}

/** The key of a to-one relation: from the entity's own property, or from the row that it came from. */
function foreignKey(entity: object, column: Column): unknown {
  if (!column.isVirtual) return columnProperty(entity, column);
  return entityState(entity)?.stored(column);
}

function keysKnown(entities: readonly object[], column: Column): boolean {
  return entities.every((entity) => foreignKey(entity, column) !== undefined);
}

async function loadByForeignKey(
  dataSource: DataSource,
  entities: readonly object[],
  relation: Relation,
  joinColumn: Column,
  options: LoadOptions,
): Promise<void> {
  const referenced = joinColumn.referencedColumn as Column;
  const keyed = entities.map((entity) => ({ entity, key: foreignKey(entity, joinColumn) }));
  const keys = distinctKeys(keyed.map(({ key }) => key));
  const targets = new KeyMap<object>(dataSource);
  const isByKey = referenced.isPrimary && relation.inverseEntityMetadata.primaryColumns.length === 1;
  const found =
    isByKey && options.withDeleted !== true && options.noCache !== true ? await lookUp?.(relation, keys) : undefined;
  for (const target of found ?? (await findByKeys(dataSource, relation, referenced, keys, options))) {
    targets.set(referenced.getEntityValue(target), knownOr(target, relation, options));
  }
  for (const { entity, key } of keyed) {
    // A key that was given another value meanwhile is no longer the key of what was found.
    if (comparableKey(foreignKey(entity, joinColumn)) !== comparableKey(key)) continue;
    putLoaded(entity, relation, key === null ? null : (targets.get(key) ?? null), options);
  }
}

async function loadByInverseKey(
  dataSource: DataSource,
  entities: readonly object[],
  relation: Relation,
  inverseColumn: Column,
  options: LoadOptions,
): Promise<void> {
  const referenced = inverseColumn.referencedColumn as Column;
  const keys = distinctKeys(entities.map((entity) => columnProperty(entity, referenced)));
  const groups = new KeyMap<object[]>(dataSource);
  for (const target of await findByKeys(dataSource, relation, inverseColumn, keys, options)) {
    const key = columnProperty(target, inverseColumn);
    const group = groups.get(key);
    const known = knownOr(target, relation, options);
    if (group) group.push(known);
    else groups.set(key, [known]);
  }
  for (const entity of entities) {
    const group = groups.get(columnProperty(entity, referenced)) ?? [];
    putLoaded(entity, relation, relation.isOneToMany ? group : (group.at(0) ?? null), options);
  }
}

async function findByKeys(
  dataSource: DataSource,
  relation: Relation,
  column: Column,
  keys: readonly unknown[],
  { withDeleted = false }: LoadOptions,
): Promise<ObjectLiteral[]> {
  const target = relation.inverseEntityMetadata;
  const found: ObjectLiteral[] = [];
  for (const part of chunked(keys, KEYS_PER_QUERY)) {
    const where = nested(column.propertyPath, part.length === 1 ? part[0] : In(part));
    const rows = await dataSource.manager.find(target.target, {
      where: where as FindOptionsWhere<ObjectLiteral>,
      withDeleted,
      ...(relation.isOneToMany ? { order: primaryOrder(target) } : {}),
    });
    for (const row of rows) found.push(row);
  }
  return found;
}

/**
 * The way that fits every relation (many-to-many, composite keys, keys without a property): owners by
 * primary key, with this one relation joined, so that rows are not multiplied by anything else.
 */
async function loadByJoin(
  dataSource: DataSource,
  entities: readonly object[],
  relation: Relation,
  options: LoadOptions,
): Promise<void> {
  const { withDeleted = false } = options;
  const owner = relation.entityMetadata;
  const { deleteDateColumn } = relation.inverseEntityMetadata;
  const hidden = deleteDateColumn && !withDeleted ? `target.${deleteDateColumn.propertyPath} IS NULL` : undefined;
  const known = options.known ?? new KnownEntities();
  const found = new Map<string, unknown>();
  const size = Math.max(1, Math.floor(KEYS_PER_QUERY / owner.primaryColumns.length));
  for (const part of chunked(entities, size)) {
    const query = dataSource.manager
      .createQueryBuilder(owner.target, 'owner')
      .select(owner.primaryColumns.map(({ propertyPath }) => `owner.${propertyPath}`))
      // Owners are given, deleted or not; only their targets are hidden.
      .withDeleted()
      .innerJoinAndSelect(`owner.${relation.propertyPath}`, 'target', hidden)
      .whereInIds(part.map((entity) => owner.getEntityIdMap(entity)));
    for (const { propertyPath } of relation.inverseEntityMetadata.primaryColumns) {
      query.addOrderBy(`target.${propertyPath}`);
    }
    for (const stub of await query.getMany()) {
      const value = relationValue(stub, relation);
      const shared = Array.isArray(value)
        ? value.map((target: object) => known.unify(relation.inverseEntityMetadata, target))
        : known.unify(relation.inverseEntityMetadata, value as object);
      found.set(rowKey(owner, stub), shared);
    }
  }
  const toMany = relation.isOneToMany || relation.isManyToMany;
  for (const entity of entities) {
    putLoaded(entity, relation, found.get(rowKey(owner, entity)) ?? (toMany ? [] : null), options);
  }
}

/** Puts what was found on an entity, unless it is to keep what it was given while the query ran. */
function putLoaded(entity: object, relation: Relation, value: unknown, { keepLoaded = false }: LoadOptions): void {
  if (keepLoaded && relationValue(entity, relation) !== undefined) return;
  setRelationValue(entity, relation, value);
}

function knownOr(target: object, relation: Relation, { known }: LoadOptions): object {
  return known ? known.unify(relation.inverseEntityMetadata, target) : target;
}

/** Values by key. MariaDB compares text without case, so what it has matched is found without case as well. */
class KeyMap<Value> {
  readonly #exact = new Map<unknown, Value>();
  readonly #folded = new Map<unknown, Value>();
  readonly #folds: boolean;

  constructor(dataSource: DataSource) {
    this.#folds = engineOf(dataSource) === 'mysql';
  }

  set(key: unknown, value: Value): void {
    const exact = comparableKey(key);
    this.#exact.set(exact, value);
    if (this.#folds && typeof exact === 'string') this.#folded.set(exact.toLowerCase(), value);
  }

  get(key: unknown): Value | undefined {
    const exact = comparableKey(key);
    const found = this.#exact.get(exact);
    return found !== undefined || typeof exact !== 'string' ? found : this.#folded.get(exact.toLowerCase());
  }
}

function distinctKeys(keys: readonly unknown[]): unknown[] {
  const distinct = new Map<unknown, unknown>();
  for (const key of keys) {
    if (key !== null && key !== undefined) distinct.set(comparableKey(key), key);
  }
  return [...distinct.values()];
}

function nested(path: string, value: unknown): object {
  return path
    .split('.')
    .reverse()
    .reduce<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

function primaryOrder(metadata: EntityMetadata): object {
  return Object.assign({}, ...metadata.primaryColumns.map(({ propertyPath }) => nested(propertyPath, 'ASC'))) as object;
}
