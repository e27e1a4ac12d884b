import type { EntityMetadata } from 'typeorm';
import { currentScope } from '../transactions/index.js';

interface InsertedRows {
  readonly metadata: EntityMetadata;
  readonly entities: readonly object[];
}

const INSERTED = Symbol('nestjs-sqlmodel-ext:inserted-rows');

/**
 * Notes that the current transaction has inserted the rows of these entities: nobody else sees them before it ends. A
 * savepoint that is rolled back takes them away. Outside a transaction nothing happens.
 */
export function noteInserted(metadata: EntityMetadata, entities: readonly object[]): void {
  const scope = currentScope(metadata.dataSource);
  if (!scope || scope.outcome !== undefined) return;
  const { notes } = scope.transaction;
  const inserted = (notes.get(INSERTED) as Set<InsertedRows> | undefined) ?? new Set<InsertedRows>();
  notes.set(INSERTED, inserted);
  // Whose rows they are is looked up when somebody asks: inserting many must not pay for it.
  const rows: InsertedRows = { metadata, entities };
  inserted.add(rows);
  scope.restores.push(() => inserted.delete(rows));
}

/** Whether the current transaction has inserted the row of an entity. */
export function isInserted(metadata: EntityMetadata, entity: object): boolean {
  const scope = currentScope(metadata.dataSource);
  if (!scope || scope.outcome !== undefined) return false;
  const inserted = scope.transaction.notes.get(INSERTED) as Set<InsertedRows> | undefined;
  for (const rows of inserted ?? []) {
    if (rows.metadata.tablePath !== metadata.tablePath) continue;
    if (rows.entities.includes(entity)) return true;
    if (rows.entities.some((own) => metadata.compareEntities(own, entity))) return true;
  }
  return false;
}
