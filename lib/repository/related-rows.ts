import type { ObjectLiteral } from 'typeorm';
import { entityState } from '../hydration/index.js';
import { loadRelations, relationValue } from '../relations/index.js';
import { cascades, newWithoutCascade } from './cascading-items.js';
import { isNewOrChanged } from './changed-columns.js';
import { writeChildren } from './child-rows.js';
import { writeJunction } from './junction-rows.js';
import { factsOf, type ModelFacts, type Relation } from './model-facts.js';
import { itemsOf } from './relation-items.js';
import { keyOfRelated } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import type { WriteContext } from './write-context.js';

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

function isKeyless(relation: Relation, value: object): boolean {
  return relation.joinColumns.some((column) => keyOfRelated(value, column) === undefined);
}
