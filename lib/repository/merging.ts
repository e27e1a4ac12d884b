import { ConfigurationError } from '../errors/index.js';
import type { ModelFacts } from './model-facts.js';
import type { OnConflict } from './query-options.js';

/** How a write deals with a row that somebody else has changed since it was read. */
export interface Merging {
  /** How often the row is read again and the write repeated. 1 or more. */
  readonly retries: number;
  readonly onConflict: OnConflict;
}

const POLICIES: readonly unknown[] = ['fail', 'mine', 'theirs'];
const MOST_RETRIES = 1_000;

/**
 * The options `optimisticRetryCount` and `onConflict`, checked; undefined: no merge.
 *
 * @throws ConfigurationError for values out of range, and for models without a version, where nothing would be noticed
 */
export function mergingOf(
  facts: ModelFacts,
  operation: string,
  options: { readonly optimisticRetryCount?: number; readonly onConflict?: OnConflict },
): Merging | undefined {
  const { optimisticRetryCount: retries, onConflict } = options;
  const fail = (option: string, reason: string): never => {
    throw new ConfigurationError(`${operation}: ${reason}.`, { operation, option, model: facts.name });
  };
  if (onConflict !== undefined && !POLICIES.includes(onConflict)) {
    fail('onConflict', `onConflict must be 'fail', 'mine' or 'theirs', but is ${JSON.stringify(onConflict)}`);
  }
  if (retries !== undefined && !(Number.isInteger(retries) && retries >= 0 && retries <= MOST_RETRIES)) {
    fail(
      'optimisticRetryCount',
      `optimisticRetryCount must be a whole number from 0 to ${MOST_RETRIES}, but is ${String(retries)}`,
    );
  }
  if (onConflict !== undefined && !retries) {
    fail('onConflict', 'onConflict says how a retry merges: set optimisticRetryCount as well');
  }
  if (!retries) return undefined;
  if (!facts.version) {
    fail(
      'optimisticRetryCount',
      `${facts.name} has no version, so that nobody notices a conflict: extend OptimisticLock(…)`,
    );
  }
  return { retries, onConflict: onConflict ?? 'fail' };
}
