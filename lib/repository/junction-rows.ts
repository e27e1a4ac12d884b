import type { ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { entityState } from '../hydration/index.js';
import { chunked, relationValue } from '../relations/index.js';
import { writeItems } from './cascading-items.js';
import { factsOf, type ModelFacts, type Relation } from './model-facts.js';
import { itemsOf, keyed } from './relation-items.js';
import { updateLoaded } from './update-row.js';
import type { WriteContext } from './write-context.js';

const JUNCTION_ROWS_PER_STATEMENT = 500;

/** Writes what many-to-many lists have gained and lost since they were loaded, and nothing else. */
export async function writeJunction(
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
    const joined = [...now].flatMap(([key, item]) => (old.has(key) ? [] : [junctionRow(relation, entity, item)]));
    const left = [...old].flatMap(([key, item]) => (now.has(key) ? [] : [junctionRow(relation, entity, item)]));
    if (joined.length + left.length > 0) await moveVersion(facts, entity, context);
    added.push(...joined);
    removed.push(...left);
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

/** A changed list is a change of the entity: its version moves, once in a call, and before the list does. */
async function moveVersion(facts: ModelFacts, entity: ObjectLiteral, context: WriteContext): Promise<void> {
  const state = entityState(entity);
  if (!facts.version || !state || context.inserted.has(entity) || context.updated.has(entity)) return;
  context.updated.add(entity);
  await updateLoaded(facts, entity, state, { touch: true, merging: context.merging });
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
