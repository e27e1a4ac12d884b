import { IsNull, type ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { EmptyConditionError, NotAnEntityError } from '../errors/index.js';
import { columnProperty, entityState, setEntityState } from '../hydration/index.js';
import { expectedVersion, isSameVersion, lockOption, type ExpectedVersion } from '../locking/index.js';
import { chunked } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { bothOf, branchesOf, isNested, reachesRelations, type Branches } from './condition.js';
import { hasListeners } from './listeners.js';
import { latestVersions } from './latest-versions.js';
import type { ModelFacts } from './model-facts.js';
import { keyOf } from './relation-items.js';
import { setColumnProperty } from './row-values.js';
import { rememberForRollback } from './state-subscriber.js';
import { missedRow } from './version-conflict.js';
import { broughtVersion } from './adopted.js';
import { asEntity } from './as-entity.js';
import { writingRows } from './writing-rows.js';

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
      // Held until they are deleted, so that each is deleted as it matched.
      const lock = engineOf(dataSource) === 'sqlite' ? undefined : lockOption(metadata);
      const options = { where: [...where], withDeleted, loadEagerRelations: false };
      const rows = await dataSource.manager.find(target, lock ? { ...options, lock: lock as never } : options);
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

/** Deletes by key. Rows that are gone already do not count, but who has read a version must find it. */
async function removeKeys(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<number> {
  const versions = new Map<ObjectLiteral, ExpectedVersion>();
  for (const entity of entities) {
    const version = readVersion(facts, entity);
    if (version) versions.set(entity, version);
  }
  const [only] = entities;
  const onlyVersion = versions.get(only);
  if (entities.length === 1 && onlyVersion) {
    const removed = await removeOne(facts, only, onlyVersion);
    if (removed === 0) throw await missedRow(facts, only, onlyVersion);
    return removed;
  }
  const size = facts.primaryColumns.length > 1 ? COMPOSITE_KEYS_PER_STATEMENT : KEYS_PER_STATEMENT;
  const remove = async (): Promise<number> => {
    await assertVersions(facts, versions);
    let removed = 0;
    for (const chunk of chunked(entities, size)) removed += await removeChunk(facts, chunk);
    return removed;
  };
  const isOneStatement = entities.length <= size && versions.size === 0;
  return isOneStatement ? remove() : new UnitOfWork(facts.dataSource).run(remove);
}

async function removeOne(
  facts: ModelFacts,
  entity: ObjectLiteral,
  { column, value }: ExpectedVersion,
): Promise<number> {
  const { dataSource, metadata, target } = facts;
  const key = metadata.getEntityIdMap(entity) as ObjectLiteral;
  const statement = dataSource.manager.createQueryBuilder().delete().from(target).where(key);
  const { affected } = await writingRows(facts, [entity], () =>
    statement.andWhere(column.createValueMap(value)).callListeners(false).execute(),
  );
  return affected ?? 0;
}

async function removeChunk(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<number> {
  const { dataSource, metadata, target } = facts;
  const statement = dataSource.manager
    .createQueryBuilder()
    .delete()
    .from(target)
    .whereInIds(entities.map((entity) => metadata.getEntityIdMap(entity)));
  // Nobody listens, else TypeORM would remove the entities.
  const { affected } = await writingRows(facts, entities, () => statement.callListeners(false).execute());
  return affected ?? 0;
}

/** Looks at the versions of rows, and holds these, before several are deleted: afterwards nobody could tell which was wrong. */
async function assertVersions(facts: ModelFacts, versions: ReadonlyMap<ObjectLiteral, ExpectedVersion>): Promise<void> {
  if (versions.size === 0) return;
  const present = await latestVersions(facts, [...versions.keys()]);
  for (const [entity, expected] of versions) {
    const key = keyOf(facts, entity);
    if (present.has(key) && isSameVersion(present.get(key), expected.value)) continue;
    throw await missedRow(facts, entity, expected);
  }
}

/** The version with which an entity was read, here or elsewhere. */
function readVersion(facts: ModelFacts, entity: ObjectLiteral): ExpectedVersion | undefined {
  const state = entityState(entity);
  return state ? expectedVersion(entity, state) : broughtVersion(facts, entity);
}
