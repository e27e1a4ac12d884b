import type { ObjectLiteral } from 'typeorm';
import { NotAnEntityError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { refuseOfFailedAttempt } from '../locking/index.js';
import type { ModelFacts } from './model-facts.js';

/**
 * An entity of the model.
 *
 * @throws NotAnEntityError that says what was passed instead
 * @throws FailedAttemptError for one that an attempt has handed out which was rolled back
 */
export function asEntity(facts: ModelFacts, given: unknown, operation: string): ObjectLiteral {
  if (typeof given === 'object' && given !== null && given instanceof facts.target) {
    refuseOfFailedAttempt(facts.name, given, operation);
    // What is known of its row, the version too, says nothing about a row of another database.
    const source = entityState(given)?.metadata.dataSource;
    if (source && source !== facts.dataSource) {
      throw new NotAnEntityError(facts.name, `a ${facts.name} of another data source`, operation);
    }
    return given;
  }
  throw new NotAnEntityError(facts.name, describe(given), operation);
}

function describe(given: unknown): string {
  if (typeof given !== 'object' || given === null) return String(given);
  const prototype = Object.getPrototypeOf(given) as { constructor?: Function } | null;
  if (Array.isArray(given)) return 'a list';
  return prototype === null || prototype === Object.prototype
    ? 'a plain object'
    : `a ${prototype.constructor?.name ?? 'plain object'}`;
}
