import type {
  EntityMetadata,
  EntitySubscriberInterface,
  InsertEvent,
  ObjectLiteral,
  TransactionCommitEvent,
  TransactionRollbackEvent,
  TransactionStartEvent,
  UpdateEvent,
} from 'typeorm';
import { afterEntityMetadata, ownModelDefinition } from '../entity-model/index.js';
import { InvalidFieldValueError, type FieldViolation } from '../errors/index.js';
import { EntityState, entityState, setEntityState } from '../hydration/index.js';
import { noteInserted, refuseOfFailedAttempt } from '../locking/index.js';
import { currentScope } from '../transactions/index.js';
import { factsOf, type ModelFacts } from './model-facts.js';
import { noteTransactionCommit, noteTransactionRollback, noteTransactionStart } from './restore-after-rollback.js';
import { checkedValues, completeNewRow, setColumnProperty } from './row-values.js';

/**
 * Sees entities that plain TypeORM and cascades save: new ones get their id and defaults, every value
 * passes the rules of its field before it is written, and afterwards the entity's own values are known to
 * be what the database holds.
 */
export class StateSubscriber implements EntitySubscriberInterface {
  beforeInsert(event: InsertEvent<ObjectLiteral>): void {
    const entity = event.entity as ObjectLiteral | undefined;
    if (!isModelEntity(event.metadata, entity)) return;
    refuseOfFailedAttempt(event.metadata.name, entity, 'save');
    const facts = factsOf(event.metadata);
    completeNewRow(facts, entity, new Date());
    refuse(facts, checkedValues(facts, entity, facts.insertable));
  }

  beforeUpdate(event: UpdateEvent<ObjectLiteral>): void {
    const entity = event.entity;
    if (!isModelEntity(event.metadata, entity)) return;
    refuseOfFailedAttempt(event.metadata.name, entity, 'save');
    const facts = factsOf(event.metadata);
    const changed = facts.updatable.filter((column) => event.updatedColumns.includes(column));
    refuse(facts, checkedValues(facts, entity, changed));
  }

  afterInsert(event: InsertEvent<ObjectLiteral>): void {
    noteInsertedByTypeOrm(event);
    noteWritten(event.metadata, event.entity);
  }

  afterUpdate(event: UpdateEvent<ObjectLiteral>): void {
    noteWritten(event.metadata, event.entity);
  }

  afterTransactionStart({ queryRunner }: TransactionStartEvent): void {
    noteTransactionStart(queryRunner);
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    noteTransactionCommit(queryRunner);
  }

  afterTransactionRollback({ queryRunner }: TransactionRollbackEvent): void {
    noteTransactionRollback(queryRunner);
  }
}

/**
 * Takes an entity's values as those of its row; a rollback of the current transaction takes it back.
 * Columns of which the entity has no value stay unknown.
 */
export function noteWritten(metadata: EntityMetadata, entity: ObjectLiteral | undefined): void {
  if (!isModelEntity(metadata, entity)) return;
  const version = entityState(entity) ? undefined : metadata.versionColumn;
  rememberForRollback(
    metadata,
    entity,
    version &&
      (() => {
        setColumnProperty(entity, version, undefined);
      }),
  );
  const state = entityState(entity) ?? new EntityState(metadata);
  setEntityState(entity, state);
  state.accept(
    entity,
    metadata.columns.filter((column) => !column.isVirtual && !column.isVirtualProperty),
  );
}

/** A row that plain TypeORM or a cascade has inserted in the current transaction, not on a connection of its own. */
function noteInsertedByTypeOrm({ metadata, queryRunner, entity }: InsertEvent<ObjectLiteral>): void {
  const inserted = entity as ObjectLiteral | undefined;
  if (!isModelEntity(metadata, inserted)) return;
  if (currentScope(metadata.dataSource)?.transaction.owns(queryRunner) === true) noteInserted(metadata, [inserted]);
}

/** Whether this is an instance of a model; a builder's plain value set is not. */
function isModelEntity(metadata: EntityMetadata, entity: ObjectLiteral | undefined): entity is ObjectLiteral {
  const { target } = metadata;
  return typeof target === 'function' && entity instanceof target && ownModelDefinition(target) !== undefined;
}

function refuse(facts: ModelFacts, violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
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
