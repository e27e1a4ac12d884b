import type { EntityMetadata } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { TransactionRequiredError } from '../errors/index.js';
import { currentScope } from '../transactions/index.js';

const LOCKED = Symbol('nestjs-sqlmodel-ext:locked-rows');

/**
 * Notes that the current transaction holds the row locks of these entities. A savepoint that is rolled
 * back gives up what was locked inside it; `reset()` and the transaction's end give up everything.
 *
 * @throws TransactionRequiredError outside a transaction: the lock would be gone at once
 */
export function noteLocked(metadata: EntityMetadata, entities: readonly object[]): void {
  const scope = currentScope(metadata.dataSource);
  if (!scope) throw new TransactionRequiredError('withForUpdate');
  const { notes } = scope.transaction;
  const locked = (notes.get(LOCKED) as Set<string> | undefined) ?? new Set<string>();
  notes.set(LOCKED, locked);
  for (const entity of entities) {
    const key = rowKey(metadata, entity);
    if (locked.has(key)) continue;
    locked.add(key);
    scope.restores.push(() => locked.delete(key));
  }
}

/** Whether the current transaction has locked the row of an entity with `withForUpdate`. */
export function isLocked(metadata: EntityMetadata, entity: object): boolean {
  const scope = currentScope(metadata.dataSource);
  if (!scope || scope.outcome !== undefined) return false;
  const locked = scope.transaction.notes.get(LOCKED) as Set<string> | undefined;
  return locked?.has(rowKey(metadata, entity)) === true;
}

/**
 * TypeORM's lock option for `withForUpdate`. SQLite has one writer anyway: no SQL. PostgreSQL locks the
 * model's own rows only, because it cannot lock the empty side of an outer join.
 *
 * @throws TransactionRequiredError outside a transaction
 */
export function lockOption(metadata: EntityMetadata): object | undefined {
  if (!currentScope(metadata.dataSource)) throw new TransactionRequiredError('withForUpdate');
  switch (engineOf(metadata.dataSource)) {
    case 'sqlite':
      return undefined;
    case 'postgres':
      // TypeORM looks the first alias of that table up: the model's own.
      return { mode: 'pessimistic_write', tables: [metadata.tableNameWithoutPrefix] };
    default:
      return { mode: 'pessimistic_write' };
  }
}

function rowKey(metadata: EntityMetadata, entity: object): string {
  const id = JSON.stringify(metadata.getEntityIdMap(entity), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return `${metadata.tablePath}:${id}`;
}
