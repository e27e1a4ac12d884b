import type { DataSource } from 'typeorm';
import { FailedAttemptError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { currentScope, type AttemptTransaction } from '../transactions/index.js';

/** Entities that the repository has made in a transaction of an attempt. Those that were read know it by their query. */
const made = new WeakMap<object, AttemptTransaction>();

/** Notes that the repository has made a new entity in the current transaction and will hand it out. */
export function noteMade(dataSource: DataSource, entity: object): void {
  const attempt = currentScope(dataSource)?.transaction.attempt;
  if (attempt) made.set(entity, attempt);
}

/**
 * Refuses to write what an attempt of a `@RetryOnConflict()` method has handed out and that was rolled back.
 *
 * @throws FailedAttemptError
 */
export function refuseOfFailedAttempt(model: string, entity: object, operation: string): void {
  const attempt = made.get(entity) ?? entityState(entity)?.query?.attempt;
  if (attempt?.isLost === true) throw new FailedAttemptError(model, operation);
}
