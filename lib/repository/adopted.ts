import type { ObjectLiteral } from 'typeorm';
import { entityState, setEntityState } from '../hydration/index.js';
import type { ModelFacts } from './model-facts.js';
import { rowOf } from './refresh-row.js';
import { rememberForRollback } from './state-subscriber.js';

/**
 * Whether an entity that was not read here, but brings a key, has a row. Then it is compared with that row
 * from now on; else it is new.
 */
export async function adopted(facts: ModelFacts, entity: ObjectLiteral): Promise<boolean> {
  const row = await rowOf(facts, entity);
  const state = row && entityState(row);
  if (!state) return false;
  rememberForRollback(facts.metadata, entity);
  setEntityState(entity, state);
  return true;
}
