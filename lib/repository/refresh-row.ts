import type { ObjectLiteral } from 'typeorm';
import { RecordNotFoundError } from '../errors/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { unloadRelation } from '../relations/index.js';
import type { Column, ModelFacts } from './model-facts.js';
import { primaryKeyCondition } from './primary-key.js';
import { setColumnProperty } from './row-values.js';

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

/** Reads columns that the database has just computed into the entity. */
export async function readBack(facts: ModelFacts, entity: ObjectLiteral, columns: readonly Column[]): Promise<void> {
  const fresh = await rowOf(facts, entity);
  if (!fresh) throw rowIsGone(facts, entity);
  takeOver(entity, fresh, columns);
}

/** The entity's row as another instance, or null. */
export async function rowOf(facts: ModelFacts, entity: ObjectLiteral): Promise<ObjectLiteral | null> {
  const where = primaryKeyCondition(facts, facts.metadata.getEntityIdMap(entity) ?? {});
  if (!where) return null;
  return facts.dataSource.manager.findOne(facts.target, { where, withDeleted: true, loadEagerRelations: false });
}

/** The error of an entity whose row is gone. */
export function rowIsGone(facts: ModelFacts, entity: ObjectLiteral): RecordNotFoundError {
  return new RecordNotFoundError(facts.name, undefined, { id: facts.metadata.getEntityIdMap(entity), deleted: true });
}

function takeOver(entity: ObjectLiteral, fresh: ObjectLiteral, columns: readonly Column[]): void {
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
