import type { ObjectLiteral } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { loadPlan, loadRelations, relationValue } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { asEntity } from './as-entity.js';
import { cachedModelOf } from './cached-model-of.js';
import { insertPreparedRows, isOneInsert, prepareNewRows } from './insert-rows.js';
import { hasListeners } from './listeners.js';
import { mergingOf, type Merging } from './merging.js';
import type { Column, ModelFacts, Relation } from './model-facts.js';
import { adoptRelatedObjects, newEntity } from './new-entity.js';
import type { SaveOptions } from './query-options.js';
import { adopted } from './adopted.js';
import { refreshRow } from './refresh-row.js';
import { writeLists, writeOwners } from './related-rows.js';
import { alignNewForeignKeys, keyOfRelated, setColumnProperty } from './row-values.js';
import { noteWritten, rememberForRollback } from './state-subscriber.js';
import { updateRows } from './update-rows.js';
import type { WriteContext } from './write-context.js';

const NONE: ReadonlySet<Column> = new Set();

/** Inserts new rows, all or none, with what their relations cascade to. */
export async function addRows(facts: ModelFacts, inputs: readonly unknown[]): Promise<ObjectLiteral[]> {
  const entities = inputs.map((input) => newEntity(facts, input));
  const distinct = [...new Set(entities)];
  if (distinct.length === 0) return entities;
  for (const entity of distinct) dropNullIds(facts, entity);
  const fresh = distinct.filter((entity) => !entityState(entity));
  prepareNewRows(facts, fresh);
  const isOne = isOneInsert(facts, fresh) && !fresh.some(reachesFurther(facts));
  const alone = distinct.length === fresh.length && isOne && !learnsKeys(facts);
  await together(facts, alone, () => write(facts, distinct, newContext(fresh)));
  return entities;
}

/** Writes entities, all or none: new ones are inserted, loaded ones updated by their changed columns. */
export async function saveRows(
  facts: ModelFacts,
  given: readonly unknown[],
  options: SaveOptions<ObjectLiteral>,
  trusted: ReadonlySet<Column> = NONE,
): Promise<void> {
  const plan = loadPlan(facts.metadata, options.load ?? []);
  const merging = mergingOf(facts, 'save()', options);
  const entities = [...new Set(given.map((entity) => asEntity(facts, entity, 'save')))];
  if (entities.length === 0) return;
  for (const entity of entities) dropNullIds(facts, entity);
  const fresh = entities.filter((entity) => isFresh(facts, entity));
  for (const entity of fresh) newEntity(facts, entity);
  prepareNewRows(facts, fresh);
  const [only] = entities;
  const isOne = entities.length === 1 && !hasListeners(facts, 'Insert') && !reachesFurther(facts)(only);
  const alone = isOne && !(fresh.length > 0 && learnsKeys(facts));
  await together(facts, alone, () => write(facts, entities, newContext(fresh, merging), trusted));
  await afterwards(facts, entities, plan, options);
}

/** What follows a write: it is done, whatever becomes of this. */
export async function afterwards(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  plan: ReturnType<typeof loadPlan>,
  options: SaveOptions<ObjectLiteral>,
): Promise<void> {
  if (options.refresh === true) for (const entity of entities) await refreshRow(facts, entity);
  await loadRelations(facts.dataSource, entities, plan, { keepLoaded: true });
}

/** The order of a write: what to-one relations cascade to, the rows themselves, what lists say. */
async function write(
  facts: ModelFacts,
  given: readonly ObjectLiteral[],
  context: WriteContext,
  trusted: ReadonlySet<Column> = NONE,
): Promise<void> {
  const entities = given.filter((entity) => !context.seen.has(entity));
  for (const entity of entities) context.seen.add(entity);
  if (entities.length === 0) return;
  if (needsTypeOrm(facts, entities)) {
    if (context.merging) {
      throw new ConfigurationError(
        `save(): ${facts.name} is written by TypeORM (a tree, or an assigned promise of a lazy relation), which cannot merge: leave optimisticRetryCount out, and repeat the whole work with @RetryOnConflict().`,
        { model: facts.name, option: 'optimisticRetryCount' },
      );
    }
    return saveByTypeOrm(facts, entities);
  }
  for (const entity of entities) adoptRelatedObjects(facts, entity);

  await writeOwners(facts, entities, context);
  const fresh: ObjectLiteral[] = [];
  for (const entity of entities) {
    if (entityState(entity)) continue;
    if (context.brandNew.has(entity) || !(await adopted(facts, entity))) fresh.push(entity);
  }
  if (fresh.length > 0) {
    // A new row that brings its own key turns out to be new only when no row is found.
    prepareNewRows(
      facts,
      fresh.filter((entity) => !context.brandNew.has(entity)),
    );
    for (const entity of fresh) alignNewForeignKeys(facts, entity);
    await insertPreparedRows(facts, fresh);
    for (const entity of fresh) context.inserted.add(entity);
  }
  const loaded = entities.filter((entity) => !context.inserted.has(entity));
  for (const entity of await updateRows(facts, loaded, { trusted, merging: context.merging })) {
    context.updated.add(entity);
  }
  await writeLists(facts, entities, context);
}

function newContext(brandNew: readonly object[], merging?: Merging): WriteContext {
  const context: WriteContext = {
    seen: new Set(),
    brandNew: new Set(brandNew),
    inserted: new Set(),
    updated: new Set(),
    merging,
    write: async (facts, entities) => {
      const fresh = entities.filter((entity) => !context.seen.has(entity) && isFresh(facts, entity));
      for (const entity of fresh) newEntity(facts, entity);
      prepareNewRows(facts, fresh);
      for (const entity of fresh) context.brandNew.add(entity);
      await write(facts, entities, context);
    },
  };
  return context;
}

/** One statement needs no transaction of its own; everything else is all or none. */
async function together(facts: ModelFacts, alone: boolean, work: () => Promise<void>): Promise<void> {
  await (alone ? work() : new UnitOfWork(facts.dataSource).run(work));
}

/** Whether the cache must wait for the numbers that the database gives to new rows: until then nobody else may see them. */
function learnsKeys(facts: ModelFacts): boolean {
  return facts.counted !== undefined && cachedModelOf(facts) !== undefined;
}

/** Whether an entity has no row yet: it was not read or written here, and has no key. */
export function isFresh(facts: ModelFacts, entity: ObjectLiteral): boolean {
  if (entityState(entity)) return false;
  return facts.primaryColumns.some((column) => columnProperty(entity, column) === undefined);
}

/** Null is how some code says "no id yet". */
function dropNullIds(facts: ModelFacts, entity: ObjectLiteral): void {
  for (const column of facts.primaryColumns) {
    if (columnProperty(entity, column) === null) setColumnProperty(entity, column, undefined);
  }
}

/** Whether writing an entity may write other rows as well. */
export function reachesFurther(facts: ModelFacts): (entity: ObjectLiteral) => boolean {
  return (entity) =>
    facts.metadata.treeType !== undefined ||
    facts.metadata.relations.some((relation) => {
      const cascades = relation.isCascadeInsert || relation.isCascadeUpdate;
      if (relation.isWithJoinColumn && !cascades) return isNewObject(relation, relationValue(entity, relation));
      const value = relationValue(entity, relation);
      if (value === undefined || value === null) return false;
      return cascades || entityState(entity)?.isRelationUnchanged(relation, value) !== true;
    });
}

/** A to-one object without a key: writing it is refused or cascades, in either case not by one statement. */
function isNewObject(relation: Relation, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return relation.joinColumns.some((column) => keyOfRelated(value, column) === undefined);
}

/** Trees keep paths and closures that only TypeORM writes; an assigned promise only TypeORM resolves. */
function needsTypeOrm(facts: ModelFacts, entities: readonly ObjectLiteral[]): boolean {
  if (facts.metadata.treeType !== undefined) return true;
  const lazy = facts.metadata.relations.filter((relation) => relation.isLazy);
  return lazy.some((relation) =>
    entities.some((entity) => {
      const own = Object.getOwnPropertyDescriptor(entity, relation.propertyName);
      return own?.value !== undefined;
    }),
  );
}

async function saveByTypeOrm(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  const { dataSource, metadata, counted } = facts;
  const hidden = metadata.columns.filter((column) => !column.isSelect);
  const unset = entities.map((entity) => hidden.filter((column) => columnProperty(entity, column) === undefined));
  for (const entity of entities) {
    const isNumbered = counted && columnProperty(entity, counted) === undefined;
    rememberForRollback(
      metadata,
      entity,
      isNumbered
        ? () => {
            setColumnProperty(entity, counted, undefined);
          }
        : undefined,
    );
  }
  await dataSource.manager.save([...entities]);
  for (const [index, entity] of entities.entries()) {
    // TypeORM sets columns that it did not read to null in memory, and would write that null next time.
    for (const column of unset[index]) setColumnProperty(entity, column, undefined);
    noteWritten(metadata, entity);
  }
}
