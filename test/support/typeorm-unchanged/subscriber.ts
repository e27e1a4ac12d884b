import {
  EventSubscriber,
  type EntitySubscriberInterface,
  type InsertEvent,
  type LoadEvent,
  type RecoverEvent,
  type RemoveEvent,
  type SoftRemoveEvent,
  type TransactionCommitEvent,
  type TransactionRollbackEvent,
  type TransactionStartEvent,
  type UpdateEvent,
} from 'typeorm';
import { Gauge, Section } from './entities.js';
import { events } from './events.js';
import { ownProperties } from './own-properties.js';

type Seen = Pick<RemoveEvent<object>, 'metadata'> &
  Partial<Pick<UpdateEvent<object>, 'updatedColumns' | 'updatedRelations'>> & {
    readonly entity?: object;
    readonly databaseEntity?: object;
    readonly entityId?: unknown;
  };

/** Tells what every event shows, reading only what entities have of their own. */
@EventSubscriber()
export class Subscriber implements EntitySubscriberInterface<object> {
  afterLoad(entity: object, event?: LoadEvent<object>): void {
    events.tell({ subscriber: 'afterLoad', of: event?.metadata.name, has: ownProperties(entity) });
  }
  beforeInsert(event: InsertEvent<object>): void {
    tell('beforeInsert', event);
  }
  async afterInsert(event: InsertEvent<object>): Promise<void> {
    tell('afterInsert', event);
    if (event.metadata.target === Section) await event.manager.insert(Gauge, { name: 'new section' });
  }
  beforeUpdate(event: UpdateEvent<object>): void {
    tell('beforeUpdate', event);
  }
  afterUpdate(event: UpdateEvent<object>): void {
    tell('afterUpdate', event);
  }
  beforeRemove(event: RemoveEvent<object>): void {
    tell('beforeRemove', event);
  }
  afterRemove(event: RemoveEvent<object>): void {
    tell('afterRemove', event);
  }
  beforeSoftRemove(event: SoftRemoveEvent<object>): void {
    tell('beforeSoftRemove', event);
  }
  afterSoftRemove(event: SoftRemoveEvent<object>): void {
    tell('afterSoftRemove', event);
  }
  beforeRecover(event: RecoverEvent<object>): void {
    tell('beforeRecover', event);
  }
  afterRecover(event: RecoverEvent<object>): void {
    tell('afterRecover', event);
  }
  beforeTransactionStart(_: TransactionStartEvent): void {
    events.tell({ subscriber: 'beforeTransactionStart' });
  }
  afterTransactionStart(_: TransactionStartEvent): void {
    events.tell({ subscriber: 'afterTransactionStart' });
  }
  beforeTransactionCommit(_: TransactionCommitEvent): void {
    events.tell({ subscriber: 'beforeTransactionCommit' });
  }
  afterTransactionCommit(_: TransactionCommitEvent): void {
    events.tell({ subscriber: 'afterTransactionCommit' });
  }
  beforeTransactionRollback(_: TransactionRollbackEvent): void {
    events.tell({ subscriber: 'beforeTransactionRollback' });
  }
  afterTransactionRollback(_: TransactionRollbackEvent): void {
    events.tell({ subscriber: 'afterTransactionRollback' });
  }
}

function tell(subscriber: string, event: Seen): void {
  events.tell({
    subscriber,
    of: event.metadata.name,
    class: event.entity?.constructor.name,
    has: ownProperties(event.entity),
    database: ownProperties(event.databaseEntity),
    id: event.entityId,
    columns: event.updatedColumns?.map(({ propertyPath }) => propertyPath),
    relations: event.updatedRelations?.map(({ propertyPath }) => propertyPath),
  });
}
