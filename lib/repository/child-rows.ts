import type { ObjectLiteral } from 'typeorm';
import { columnProperty, entityState } from '../hydration/index.js';
import { relationValue, unloadRelation } from '../relations/index.js';
import { adopted } from './adopted.js';
import { mayBeNew, writeItems } from './cascading-items.js';
import type { Merging } from './merging.js';
import { factsOf, type ModelFacts, type Relation } from './model-facts.js';
import { rowIsGone } from './refresh-row.js';
import { itemsOf, keyed, keyOf } from './relation-items.js';
import { removeRows } from './remove-rows.js';
import { setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import { hasMovedOn, updateLoaded } from './update-row.js';
import type { Assignment } from './update-statement.js';
import type { WriteContext } from './write-context.js';

/** Writes children that joined or left their parents since they were loaded: the foreign key is in their rows. */
export async function writeChildren(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  before: ReadonlyMap<ObjectLiteral, object[]>,
  context: WriteContext,
): Promise<void> {
  const children = factsOf(relation.inverseEntityMetadata);
  const inverse = relation.inverseRelation;
  if (!inverse) return;
  // The foreign key of a one-to-one is unique: who has it must let go of it first.
  if (relation.isOneToOne) await letGoOfOthers(children, entities, relation, inverse, before, context);
  const pointed: (() => void)[] = [];
  for (const entity of entities) {
    const old = keyed(children, before.get(entity) ?? []);
    for (const child of itemsOf(relationValue(entity, relation))) {
      if (mayBeNew(children, relation, child)) pointed.push(pointAt(child, inverse, entity));
      else if (!old.has(keyOf(children, child))) await moveTo(children, child, inverse, entity, context.merging);
    }
  }
  try {
    await writeItems(facts, children, entities, relation, context);
  } finally {
    for (const undo of pointed) undo();
  }
  if (!relation.isOneToOne) await letGoOfOthers(children, entities, relation, inverse, before, context);
}

/** Lets go of children that are not in their parents' lists any more. */
async function letGoOfOthers(
  children: ModelFacts,
  entities: readonly ObjectLiteral[],
  relation: Relation,
  inverse: Relation,
  before: ReadonlyMap<ObjectLiteral, object[]>,
  context: WriteContext,
): Promise<void> {
  for (const entity of entities) {
    const now = keyed(children, itemsOf(relationValue(entity, relation)));
    const orphans = [...keyed(children, before.get(entity) ?? [])].filter(([key]) => !now.has(key));
    await letGo(
      children,
      orphans.map(([, orphan]) => orphan),
      inverse,
      entity,
      context.merging,
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
  merging: Merging | undefined,
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
      ? { keyOf: inverse, merging, while: keysOfParent(inverse, onlyOf) }
      : { keyOf: inverse, merging };
    await updateLoaded(children, child, state, reach);
  } finally {
    undo();
  }
}

/** The foreign key of the children of a parent. */
function keysOfParent(inverse: Relation, parent: ObjectLiteral): Assignment[] {
  return inverse.joinColumns.map((column) => [column, column.referencedColumn?.getEntityValue(parent)]);
}

async function letGo(
  children: ModelFacts,
  orphans: readonly ObjectLiteral[],
  inverse: Relation,
  parent: ObjectLiteral,
  merging: Merging | undefined,
): Promise<void> {
  if (orphans.length === 0) return;
  switch (inverse.orphanedRowAction) {
    case 'disable':
      return;
    case 'delete':
      await removeRows(children, await stillOf(children, orphans, inverse, parent));
      return;
    case 'soft-delete': {
      const left = await stillOf(children, orphans, inverse, parent);
      if (left.length > 0) await children.dataSource.manager.softRemove(children.target, left as never);
      return;
    }
    default:
      for (const orphan of orphans) await moveTo(children, orphan, inverse, null, merging, parent);
  }
}

/** Those of which nobody has made another parent's child meanwhile, under their locks. */
async function stillOf(
  children: ModelFacts,
  orphans: readonly ObjectLiteral[],
  inverse: Relation,
  parent: ObjectLiteral,
): Promise<ObjectLiteral[]> {
  const still: ObjectLiteral[] = [];
  for (const orphan of orphans) {
    if (!(await hasMovedOn(children, orphan, keysOfParent(inverse, parent)))) still.push(orphan);
  }
  return still;
}
