import type { EntityManager, ObjectLiteral } from 'typeorm';
import { RecordNotFoundError } from '../errors/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { engineOf } from '../entity-model/index.js';
import { chunked, unloadRelation } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import type { Column, ModelFacts } from './model-facts.js';
import { primaryKeyCondition } from './primary-key.js';
import { setColumnProperty } from './row-values.js';

const KEYS_PER_QUERY = 200;

/**
 * Reads the row again into the same instance. To-one relations whose key differs count as not loaded;
 * columns that are not selected by default keep what the entity holds.
 *
 * @throws RecordNotFoundError when the row is gone
 */
export async function refreshRow(facts: ModelFacts, entity: ObjectLiteral): Promise<void> {
  const fresh = await rowOf(facts, entity);
  if (!fresh) throw rowIsGone(facts, entity);
  const state = entityState(entity);
  const now = entityState(fresh);
  for (const relation of facts.owning) {
    if (relation.joinColumns.some((column) => state?.stored(column) !== now?.stored(column))) {
      unloadRelation(entity, relation);
    }
  }
  takeOver(entity, fresh, facts.metadata.columns);
}

/** Reads columns that the database has just computed into the entities, by one query. */
export async function readBack(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  columns: readonly Column[],
): Promise<void> {
  const keyOf = (entity: ObjectLiteral): string => JSON.stringify(facts.metadata.getEntityIdMap(entity));
  for (const part of chunked(entities, KEYS_PER_QUERY)) {
    const rows = await onPrimary(facts, (manager) =>
      manager
        .createQueryBuilder(facts.target, facts.name)
        .select(
          [...new Set([...facts.primaryColumns, ...columns])].map((column) => `${facts.name}.${column.propertyPath}`),
        )
        .whereInIds(part.map((entity) => facts.metadata.getEntityIdMap(entity)))
        .withDeleted()
        .cache(false)
        .getMany(),
    );
    const byKey = new Map(rows.map((row) => [keyOf(row), row]));
    for (const entity of part) {
      const fresh = byKey.get(keyOf(entity));
      if (!fresh) throw rowIsGone(facts, entity);
      takeOver(entity, fresh, columns);
    }
  }
}

/** The entity's row as another instance, or null: from the primary server, past every cache. */
export async function rowOf(facts: ModelFacts, entity: ObjectLiteral): Promise<ObjectLiteral | null> {
  const where = primaryKeyCondition(facts, facts.metadata.getEntityIdMap(entity) ?? {});
  if (!where) return null;
  return onPrimary(facts, (manager) =>
    manager.findOne(facts.target, { where, withDeleted: true, loadEagerRelations: false, cache: false }),
  );
}

/**
 * The entity's row as it is now, not as the transaction has first seen it, with the columns that are not selected by
 * default: with a lock, inside a transaction, so that it also stays as it is.
 */
export async function latestRowOf(facts: ModelFacts, entity: ObjectLiteral): Promise<ObjectLiteral | null> {
  const key = facts.metadata.getEntityIdMap(entity) ?? {};
  if (!primaryKeyCondition(facts, key)) return null;
  const { dataSource, metadata, target } = facts;
  const read = (manager: EntityManager, isLocked: boolean): Promise<ObjectLiteral | null> => {
    const query = manager.createQueryBuilder(target, 'row').whereInIds([key]).withDeleted().cache(false);
    for (const { isSelect, propertyPath } of metadata.columns) if (!isSelect) query.addSelect(`row.${propertyPath}`);
    return (isLocked ? query.setLock('pessimistic_write') : query).getOne();
  };
  const isActive = new UnitOfWork(dataSource).isActive;
  if (!isActive || engineOf(dataSource) === 'sqlite') return onPrimary(facts, (manager) => read(manager, false));
  return read(dataSource.manager, true);
}

/** Runs a read on the primary server: a replica may not have what was just written. */
async function onPrimary<T>(facts: ModelFacts, read: (manager: EntityManager) => Promise<T>): Promise<T> {
  const { dataSource } = facts;
  const isReplicated = 'replication' in dataSource.options && dataSource.options.replication !== undefined;
  if (!isReplicated || dataSource.manager.queryRunner) return read(dataSource.manager);
  const runner = dataSource.createQueryRunner('master');
  try {
    return await read(runner.manager);
  } finally {
    await runner.release();
  }
}

/** The error of an entity whose row is gone. */
export function rowIsGone(facts: ModelFacts, entity: ObjectLiteral): RecordNotFoundError {
  return new RecordNotFoundError(facts.name, undefined, { id: facts.metadata.getEntityIdMap(entity), deleted: true });
}

/** Gives an entity the values of these columns that its row has as another instance. */
export function takeOver(entity: ObjectLiteral, fresh: ObjectLiteral, columns: readonly Column[]): void {
  const state = entityState(entity);
  const now = entityState(fresh);
  for (const column of columns) {
    const stored = now?.stored(column);
    if (stored !== undefined) state?.acceptValue(column, stored);
    if (column.isVirtual || column.isVirtualProperty) continue;
    const value = columnProperty(fresh, column);
    if (value !== undefined) setColumnProperty(entity, column, value);
  }
}
