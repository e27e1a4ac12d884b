import type { ObjectLiteral } from 'typeorm';
import { OptimisticLockError, type RecordNotFoundError } from '../errors/index.js';
import { columnProperty } from '../hydration/index.js';
import type { ExpectedVersion } from '../locking/index.js';
import type { ModelFacts } from './model-facts.js';
import { latestRowOf, rowIsGone } from './refresh-row.js';

const writers = new WeakMap<OptimisticLockError, object>();

/** The entity whose write met another version. */
export function conflictingEntity(error: unknown): object | undefined {
  return error instanceof OptimisticLockError ? writers.get(error) : undefined;
}

/** The error of an entity whose row was not there as it was read. */
export function conflictError(
  facts: ModelFacts,
  entity: ObjectLiteral,
  expected: ExpectedVersion,
  row: ObjectLiteral | null,
  conflicts: readonly string[] = [],
): OptimisticLockError {
  const error = new OptimisticLockError(facts.name, {
    id: facts.metadata.getEntityIdMap(entity),
    expectedVersion: expected.value,
    actualVersion: row ? columnProperty(row, expected.column) : undefined,
    reason: row ? 'changed' : 'deleted',
    conflicts,
  });
  writers.set(error, entity);
  return error;
}

/** Why a write has met no row: by the row that is there now, if there is one. */
export async function missedRow(
  facts: ModelFacts,
  entity: ObjectLiteral,
  expected: ExpectedVersion | undefined,
): Promise<OptimisticLockError | RecordNotFoundError> {
  if (!expected) return rowIsGone(facts, entity);
  return conflictError(facts, entity, expected, await latestRowOf(facts, entity));
}
