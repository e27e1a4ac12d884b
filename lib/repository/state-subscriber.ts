import type { EntityMetadata, EntitySubscriberInterface, InsertEvent, ObjectLiteral, UpdateEvent } from 'typeorm';
import { afterEntityMetadata, ownModelDefinition } from '../entity-model/index.js';
import { EntityState, entityState, setEntityState } from '../hydration/index.js';
import { currentScope } from '../transactions/index.js';

/**
 * Keeps what is known about entities true when plain TypeORM writes them: after `save()` the entity's own
 * values are what the database holds.
 */
export class StateSubscriber implements EntitySubscriberInterface {
  afterInsert(event: InsertEvent<ObjectLiteral>): void {
    noteWritten(event.metadata, event.entity);
  }

  afterUpdate(event: UpdateEvent<ObjectLiteral>): void {
    noteWritten(event.metadata, event.entity);
  }
}

/**
 * Takes an entity's values as those of its row; a rollback of the current transaction takes it back.
 * Columns of which the entity has no value stay unknown.
 */
export function noteWritten(
  metadata: EntityMetadata,
  entity: ObjectLiteral | undefined,
  columns: EntityMetadata['columns'] = metadata.columns,
): void {
  // A builder's plain value set is not an entity.
  if (!entity || typeof metadata.target !== 'function' || !(entity instanceof metadata.target)) return;
  if (!ownModelDefinition(metadata.target)) return;
  rememberForRollback(metadata, entity);
  const state = entityState(entity) ?? new EntityState(metadata);
  setEntityState(entity, state);
  state.accept(
    entity,
    columns.filter((column) => !column.isVirtual && !column.isVirtualProperty),
  );
}

/** Has a rollback of the current transaction put the entity's state back to what it is now, and `undo` more. */
export function rememberForRollback(metadata: EntityMetadata, entity: object, undo?: () => void): void {
  const scope = currentScope(metadata.dataSource);
  if (!scope || scope.outcome !== undefined) return;
  const state = entityState(entity);
  const restore = state?.snapshot();
  scope.restores.push(() => {
    restore?.();
    undo?.();
    setEntityState(entity, state);
  });
}

afterEntityMetadata((dataSource) => {
  const hasModel = dataSource.entityMetadatas.some(
    ({ target }) => typeof target === 'function' && ownModelDefinition(target) !== undefined,
  );
  const known = dataSource.subscribers.some((subscriber) => subscriber instanceof StateSubscriber);
  if (hasModel && !known) dataSource.subscribers.push(new StateSubscriber());
});
