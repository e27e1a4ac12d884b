import type { ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { chunked, comparableKey, loadRelations, relationValue, unloadRelation } from '../relations/index.js';
import { adopted } from './adopted.js';
import { isNewOrChanged } from './changed-columns.js';
import { factsOf, type ModelFacts, type Relation } from './model-facts.js';
import { rowIsGone } from './refresh-row.js';
import { removeRows } from './remove-rows.js';
import { keyOfRelated, setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import { updateLoaded } from './update-row.js';
import type { WriteContext } from './write-context.js';

const JUNCTION_ROWS_PER_STATEMENT = 500;

/**
 * Writes what to-one relations of entities cascade to, before the entities themselves, which need the keys.
 *
 * @throws ConfigurationError for a new object in a relation that does not cascade inserts
 */
export async function writeOwners(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  context: WriteContext,
): Promise<void> {
  for (const relation of facts.owning) {
    const related = new Set<ObjectLiteral>();
    for (const entity of entities) {
      const value = relationValue(entity, relation);
      if (typeof value !== 'object' || value === null) continue;
      if (isKeyless(relation, value)) {
        if (!relation.isCascadeInsert) throw newWithoutCascade(facts, relation);
        related.add(value);
      } else if (relation.isCascadeUpdate && entityState(value) && isNewOrChanged(value)) {
        related.add(value);
      }
    }
    if (related.size > 0) await context.write(factsOf(relation.inverseEntityMetadata), [...related]);
  }
}

/** Writes what the lists and inverse one-to-one relations of entities say, after the entities themselves. */
export async function writeLists(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  context: WriteContext,
): Promise<void> {
  for (const relation of facts.remote) {
    const holders = entities.filter((entity) => needsWrite(entity, relation));
    if (holders.length === 0) continue;
    for (const entity of holders) rememberForRollback(facts.metadata, entity);
    const before = await itemsBefore(facts, holders, relation, context);
    if (relation.isManyToMany) await writeJunction(facts, holders, relation, before, context);
    else await writeChildren(facts, holders, relation, before, context);
    for (const entity of holders) entityState(entity)?.acceptRelation(relation, relationValue(entity, relation));
  }
}

function needsWrite(entity: ObjectLiteral, relation: Relation): boolean {
  const value = relationValue(entity, relation);
  if (value === undefined) return false;
  if (entityState(entity)?.isRelationUnchanged(relation, value) !== true) return true;
  return cascades(relation) && itemsOf(value).some((item) => isNewOrChanged(item));
}

function cascades(relation: Relation): boolean {
  return relation.isCascadeInsert || relation.isCascadeUpdate;
}

/** What the database holds: nothing for new rows, what was loaded, or what a query tells now. */
async function itemsBefore(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  context: WriteContext,
): Promise<Map<ObjectLiteral, object[]>> {
  const before = new Map<ObjectLiteral, object[]>();
  const unknown: ObjectLiteral[] = [];
  for (const entity of entities) {
    const known = entityState(entity)?.knownRelation(relation);
    if (context.inserted.has(entity)) before.set(entity, []);
    else if (known !== undefined) before.set(entity, itemsOf(known));
    else unknown.push(entity);
  }
  const stubs = unknown.map((entity) =>
    Object.assign(facts.metadata.create() as ObjectLiteral, facts.metadata.getEntityIdMap(entity)),
  );
  await loadRelations(facts.dataSource, stubs, new Map([[relation, new Map()]]), { withDeleted: true });
  for (const [index, entity] of unknown.entries()) before.set(entity, itemsOf(relationValue(stubs[index], relation)));
  return before;
}

async function writeJunction(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  before: ReadonlyMap<ObjectLiteral, object[]>,
  context: WriteContext,
): Promise<void> {
  const related = factsOf(relation.inverseEntityMetadata);
  await writeItems(facts, related, entities, relation, context);
  const added: Record<string, unknown>[] = [];
  const removed: Record<string, unknown>[] = [];
  for (const entity of entities) {
    const old = keyed(related, before.get(entity) ?? []);
    const now = keyed(related, itemsOf(relationValue(entity, relation)));
    for (const [key, item] of now) if (!old.has(key)) added.push(junctionRow(relation, entity, item));
    for (const [key, item] of old) if (!now.has(key)) removed.push(junctionRow(relation, entity, item));
  }
  const { manager } = facts.dataSource;
  const { tablePath } = relation.junctionEntityMetadata ?? { tablePath: '' };
  for (const part of chunked(removed, JUNCTION_ROWS_PER_STATEMENT)) {
    await manager
      .createQueryBuilder()
      .delete()
      .from(tablePath)
      .where([...part])
      .callListeners(false)
      .execute();
  }
  for (const part of chunked(added, JUNCTION_ROWS_PER_STATEMENT)) {
    // Somebody else may have added the same pair meanwhile: then it is there, as it should be.
    const insert = manager
      .createQueryBuilder()
      .insert()
      .into(tablePath)
      .values([...part]);
    if (engineOf(facts.dataSource) === 'mysql') {
      // INSERT IGNORE would swallow every other error as well, such as a key that refers to nothing.
      const keys = relation.junctionEntityMetadata?.primaryColumns.map((column) => column.databaseName) ?? [];
      insert.orUpdate(keys.slice(0, 1), keys);
    } else {
      insert.orIgnore();
    }
    await insert.updateEntity(false).callListeners(false).execute();
  }
}

function junctionRow(relation: Relation, entity: object, item: object): Record<string, unknown> {
  const junction = relation.junctionEntityMetadata;
  const own = relation.isOwning ? junction?.ownerColumns : junction?.inverseColumns;
  const other = relation.isOwning ? junction?.inverseColumns : junction?.ownerColumns;
  const row: Record<string, unknown> = {};
  for (const column of own ?? []) row[column.propertyName] = column.referencedColumn?.getEntityValue(entity);
  for (const column of other ?? []) row[column.propertyName] = column.referencedColumn?.getEntityValue(item);
  return row;
}

/** Inserts new items and updates changed ones, as far as the relation cascades. */
async function writeItems(
  facts: ModelFacts,
  related: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  context: WriteContext,
): Promise<void> {
  const write = new Set<ObjectLiteral>();
  for (const entity of entities) {
    for (const item of itemsOf(relationValue(entity, relation))) {
      if (isKeylessRow(related, item) && !relation.isCascadeInsert) throw newWithoutCascade(facts, relation);
      if (mayBeNew(related, relation, item)) {
        write.add(item);
      } else if (relation.isCascadeUpdate && entityState(item) && isNewOrChanged(item)) {
        write.add(item);
      }
    }
  }
  await context.write(related, [...write]);
}

async function writeChildren(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  before: ReadonlyMap<ObjectLiteral, object[]>,
  context: WriteContext,
): Promise<void> {
  const children = factsOf(relation.inverseEntityMetadata);
  const inverse = relation.inverseRelation;
  if (!inverse) return;
  const pointed: (() => void)[] = [];
  for (const entity of entities) {
    const old = keyed(children, before.get(entity) ?? []);
    for (const child of itemsOf(relationValue(entity, relation))) {
      if (mayBeNew(children, relation, child)) pointed.push(pointAt(child, inverse, entity));
      else if (!old.has(keyOf(children, child))) await moveTo(children, child, inverse, entity);
    }
  }
  try {
    await writeItems(facts, children, entities, relation, context);
  } finally {
    for (const undo of pointed) undo();
  }
  for (const entity of entities) {
    const now = keyed(children, itemsOf(relationValue(entity, relation)));
    const orphans = [...keyed(children, before.get(entity) ?? [])].filter(([key]) => !now.has(key));
    await letGo(
      children,
      orphans.map(([, orphan]) => orphan),
      inverse,
      entity,
    );
  }
}

/** Makes a child name its parent; the function it gives takes an object back that would close a circle. */
function pointAt(child: ObjectLiteral, inverse: Relation, parent: ObjectLiteral | null): () => void {
  const isVirtual = inverse.joinColumns.some((column) => column.isVirtual);
  for (const column of inverse.joinColumns) {
    if (column.isVirtual) continue;
    setColumnProperty(child, column, parent === null ? null : column.referencedColumn?.getEntityValue(parent));
  }
  const held = relationValue(child, inverse);
  if (!isVirtual) {
    if (held !== undefined && held !== parent) unloadRelation(child, inverse);
    return () => undefined;
  }
  child[inverse.propertyName] = parent;
  return () => {
    if (held === undefined) delete child[inverse.propertyName];
  };
}

/** Writes the foreign key of a child that has a row already, and nothing else of it. */
async function moveTo(
  children: ModelFacts,
  child: ObjectLiteral,
  inverse: Relation,
  parent: ObjectLiteral | null,
  onlyOf?: ObjectLiteral,
): Promise<void> {
  if (!entityState(child) && !(await adopted(children, child))) throw rowIsGone(children, child);
  const state = entityState(child);
  if (!state) return;
  const keys = inverse.joinColumns.filter((column) => !column.isVirtual);
  const before = keys.map((column) => columnProperty(child, column));
  rememberForRollback(children.metadata, child, () => {
    for (const [index, column] of keys.entries()) setColumnProperty(child, column, before[index]);
  });
  const undo = pointAt(child, inverse, parent);
  try {
    // A row that has moved to another parent meanwhile is not taken away from it.
    const reach = onlyOf
      ? { keyOf: inverse, while: { [inverse.propertyName]: parentKey(inverse, onlyOf) } }
      : { keyOf: inverse };
    await updateLoaded(children, child, state, reach);
  } finally {
    undo();
  }
}

function parentKey(inverse: Relation, parent: ObjectLiteral): ObjectLiteral {
  return inverse.inverseEntityMetadata.getEntityIdMap(parent) as ObjectLiteral;
}

async function letGo(
  children: ModelFacts,
  orphans: readonly ObjectLiteral[],
  inverse: Relation,
  parent: ObjectLiteral,
): Promise<void> {
  if (orphans.length === 0) return;
  switch (inverse.orphanedRowAction) {
    case 'disable':
      return;
    case 'delete':
      await removeRows(children, orphans);
      return;
    case 'soft-delete':
      await children.dataSource.manager.softRemove(children.target, [...orphans] as never);
      return;
    default:
      for (const orphan of orphans) await moveTo(children, orphan, inverse, null, parent);
  }
}

function itemsOf(value: unknown): ObjectLiteral[] {
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  return items.filter((item): item is ObjectLiteral => typeof item === 'object' && item !== null);
}

function keyed(facts: ModelFacts, items: readonly object[]): Map<string, ObjectLiteral> {
  return new Map(items.map((item) => [keyOf(facts, item), item]));
}

function keyOf(facts: ModelFacts, item: object): string {
  return JSON.stringify(facts.primaryColumns.map((column) => comparableKey(column.getEntityValue(item))));
}

function isKeyless(relation: Relation, value: object): boolean {
  return relation.joinColumns.some((column) => keyOfRelated(value, column) === undefined);
}

/** An item that was not read here, in a relation that inserts: writing it looks whether its row is there. */
function mayBeNew(facts: ModelFacts, relation: Relation, item: object): boolean {
  return relation.isCascadeInsert && !entityState(item) && item instanceof facts.target;
}

function isKeylessRow(facts: ModelFacts, item: object): boolean {
  return !entityState(item) && facts.primaryColumns.some((column) => columnProperty(item, column) === undefined);
}

function newWithoutCascade(facts: ModelFacts, relation: Relation): ConfigurationError {
  const related = relation.inverseEntityMetadata.name;
  return new ConfigurationError(
    `${facts.name}.${relation.propertyPath} holds a new ${related} that has no row: add it first, or set cascade: ['insert'] on the relation.`,
    { model: facts.name, relation: relation.propertyPath },
  );
}
