import { ConfigurationError } from '../errors/index.js';
import { wrongRowLock } from '../locking/index.js';

const LATER: ReadonlyMap<string, string> = new Map([['subclasses', 'polymorphic models']]);

/**
 * Refuses options that are unknown or belong to a feature that is not built yet: nothing is ever
 * silently ignored.
 *
 * @throws ConfigurationError
 */
export function checkOptions(operation: string, options: object, allowed: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (allowed.includes(name)) continue;
    const feature = LATER.get(name);
    throw new ConfigurationError(
      feature === undefined
        ? `${operation}: unknown option '${name}'. Allowed are ${allowed.join(', ')}.`
        : `${operation}: the option '${name}' belongs to ${feature}, which this version does not have yet. Remove it.`,
      { operation, option: name },
    );
  }
  const { strict } = options as { strict?: unknown };
  if (strict !== undefined && typeof strict !== 'boolean') {
    throw new ConfigurationError(`${operation}: strict must be true or false, but is ${JSON.stringify(strict)}.`, {
      operation,
      option: 'strict',
    });
  }
  const { noCache } = options as { noCache?: unknown };
  if (noCache !== undefined && typeof noCache !== 'boolean') {
    throw new ConfigurationError(`${operation}: noCache must be true or false, but is ${JSON.stringify(noCache)}.`, {
      operation,
      option: 'noCache',
    });
  }
  const { withForUpdate } = options as { withForUpdate?: unknown };
  const wrong = wrongRowLock(withForUpdate);
  if (wrong !== undefined) {
    throw new ConfigurationError(`${operation}: withForUpdate ${wrong}.`, { operation, option: 'withForUpdate' });
  }
}

/** Names that narrow a query. */
export const NARROWING = [
  'filter',
  'join',
  'tableView',
  'withDeleted',
  'createdAfter',
  'createdBefore',
  'updatedAfter',
  'updatedBefore',
] as const;

/** Names that say what is read of a row. */
export const LOADING = ['load', 'addSelect', 'strict', 'noCache'] as const;

/** Names that every query takes. */
export const QUERY = [...NARROWING, ...LOADING, 'order', 'offset', 'limit', 'withForUpdate'] as const;

/** Names that say what becomes of a row that somebody else has written. */
export const MERGING = ['optimisticRetryCount', 'onConflict'] as const;
