import type { ObjectLiteral } from 'typeorm';
import { columnProperty, entityState, persistedValue, setEntityState } from '../hydration/index.js';
import { isSameVersion, type ExpectedVersion } from '../locking/index.js';
import type { ModelFacts } from './model-facts.js';
import { rowOf } from './refresh-row.js';
import { rememberForRollback } from './state-subscriber.js';
import { conflictError } from './version-conflict.js';

/**
 * Whether an entity that was not read here, but brings a key, has a row. Then it is compared with that row
 * from now on; else it is new. A version that it brings is the one with which it was read, wherever that was.
 *
 * @throws OptimisticLockError when the row has another version, or is gone
 */
export async function adopted(facts: ModelFacts, entity: ObjectLiteral): Promise<boolean> {
  const row = await rowOf(facts, entity);
  const state = row && entityState(row);
  const expected = broughtVersion(facts, entity);
  if (expected && !(state && isSameVersion(state.stored(expected.column), expected.value))) {
    throw conflictError(facts, entity, expected, row);
  }
  if (!state) return false;
  rememberForRollback(facts.metadata, entity);
  setEntityState(entity, state);
  return true;
}

/** The version of an entity that was not read here. */
export function broughtVersion(facts: ModelFacts, entity: ObjectLiteral): ExpectedVersion | undefined {
  const { version: column, dataSource } = facts;
  const own = column && columnProperty(entity, column);
  if (!column || own === undefined || own === null) return undefined;
  return { column, value: persistedValue(dataSource, column, own) };
}
