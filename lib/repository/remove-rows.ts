import { IsNull, type ObjectLiteral } from 'typeorm';
import { EmptyConditionError, NotAnEntityError } from '../errors/index.js';
import { columnProperty, setEntityState } from '../hydration/index.js';
import { chunked } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { bothOf, branchesOf, isNested, reachesRelations, type Branches } from './condition.js';
import { hasListeners } from './listeners.js';
import type { ModelFacts } from './model-facts.js';
import { setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import { asEntity } from './as-entity.js';

/** Keys in one statement; SQLite limits the depth of an OR, which composite keys need. */
const KEYS_PER_STATEMENT = 1_000;
const COMPOSITE_KEYS_PER_STATEMENT = 200;

/** Deletes the rows of entities, all or none, and gives their number. Rows that are gone already do not count. */
export async function removeRows(facts: ModelFacts, given: readonly unknown[]): Promise<number> {
  const entities = [...new Set(given.map((entity) => asEntity(facts, entity, 'delete')))];
  for (const entity of entities) {
    if (facts.primaryColumns.some((column) => columnProperty(entity, column) === undefined)) {
      throw new NotAnEntityError(facts.name, `a new ${facts.name} without a row`, 'delete');
    }
  }
  if (entities.length === 0) return 0;
  const removed = needsTypeOrm(facts) ? await removeGraph(facts, entities) : await removeKeys(facts, entities);
  for (const entity of entities) {
    rememberForRollback(facts.metadata, entity);
    setEntityState(entity, undefined);
  }
  return removed;
}

/**
 * Deletes the rows that match and gives their number. Soft-deleted rows stay unless `withDeleted`.
 *
 * @throws EmptyConditionError when the condition, or one branch of it, would match every row
 */
export async function removeWhere(facts: ModelFacts, condition: unknown, withDeleted: boolean): Promise<number> {
  const { dataSource, metadata, target, name } = facts;
  let where: Branches = branchesOf(metadata, condition);
  if (where.length === 0 || where.some(isEmpty)) throw new EmptyConditionError(name);
  const { deleteDateColumn } = metadata;
  if (deleteDateColumn && !withDeleted) where = bothOf(where, [{ [deleteDateColumn.propertyName]: IsNull() }]);
  if (reachesRelations(metadata, where) || needsTypeOrm(facts)) {
    return new UnitOfWork(dataSource).run(async () => {
      const rows = await dataSource.manager.find(target, { where: [...where], withDeleted });
      return removeRows(facts, rows);
    });
  }
  const result = await dataSource.manager
    .createQueryBuilder()
    .delete()
    .from(target)
    .where([...where])
    .execute();
  return result.affected ?? 0;
}

/** Whether a condition says nothing, at any depth. */
function isEmpty(where: object): boolean {
  return Object.values(where).every((value) => isNested(value) && isEmpty(value));
}

/** Whether deleting a row means more than its DELETE: listeners, trees, cascades that TypeORM runs. */
function needsTypeOrm(facts: ModelFacts): boolean {
  return (
    facts.metadata.treeType !== undefined ||
    hasListeners(facts, 'Remove') ||
    facts.metadata.relations.some((relation) => relation.isCascadeRemove)
  );
}

async function removeGraph(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<number> {
  const { dataSource, metadata, target } = facts;
  return new UnitOfWork(dataSource).run(async () => {
    let present = 0;
    // TypeORM looks the rows up with one OR for each.
    for (const chunk of chunked(entities, COMPOSITE_KEYS_PER_STATEMENT)) {
      // TypeORM takes the ids off the entities that it removes; ours keep theirs.
      const ids = chunk.map((entity) => metadata.getEntityIdMap(entity) as ObjectLiteral);
      present += await dataSource.manager.createQueryBuilder(target, 'row').whereInIds(ids).withDeleted().getCount();
      await dataSource.manager.remove([...chunk]);
      for (const [index, entity] of chunk.entries()) {
        for (const column of facts.primaryColumns) {
          setColumnProperty(entity, column, columnProperty(ids[index], column));
        }
      }
    }
    return present;
  });
}

async function removeKeys(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<number> {
  const { dataSource, metadata, target } = facts;
  const size = keysPerStatement(facts);
  const remove = async (): Promise<number> => {
    let removed = 0;
    for (const chunk of chunked(entities, size)) {
      const result = await dataSource.manager
        .createQueryBuilder()
        .delete()
        .from(target)
        .whereInIds(chunk.map((entity) => metadata.getEntityIdMap(entity)))
        .execute();
      removed += result.affected ?? 0;
    }
    return removed;
  };
  return entities.length > size ? new UnitOfWork(dataSource).run(remove) : remove();
}

function keysPerStatement(facts: ModelFacts): number {
  return facts.primaryColumns.length > 1 ? COMPOSITE_KEYS_PER_STATEMENT : KEYS_PER_STATEMENT;
}
