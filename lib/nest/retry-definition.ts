import 'reflect-metadata';
import { ConfigurationError } from '../errors/index.js';
import type { RetryRules } from '../locking/index.js';
import { describePlace, hasLayer, type Method, type MethodPlace } from '../relations/index.js';
import { DEFAULT_DATA_SOURCE } from './tokens.js';
import type { TransactionalDefinition } from './transactional-definition.js';

/** What `@RetryOnConflict()` says about a method. */
export interface RetryDefinition {
  readonly method: string;
  /** The data source that it names itself. */
  readonly dataSource: string | undefined;
  readonly rules: RetryRules;
}

const RETRY = Symbol('nestjs-sqlmodel-ext:retry-of-method');
const TRANSACTIONS = Symbol('nestjs-sqlmodel-ext:transactions');
/** Propagations that may run a method without a transaction: what it has stored then, a retry would store twice. */
const WITHOUT_TRANSACTION: readonly unknown[] = ['NEVER', 'NOT_SUPPORTED', 'SUPPORTS'];

/** Notes the retry of a prototype's method. */
export function noteRetry({ prototype, name }: MethodPlace, retry: RetryDefinition): void {
  Reflect.defineMetadata(RETRY, retry, prototype, name);
}

/** The retry of a prototype's own method. */
export function retryAt({ prototype, name }: MethodPlace): RetryDefinition | undefined {
  return Reflect.getOwnMetadata(RETRY, prototype, name) as RetryDefinition | undefined;
}

/** Notes one `@Transactional()` of a prototype's method. */
export function noteTransaction(method: MethodPlace, transaction: TransactionalDefinition): void {
  const { prototype, name } = method;
  Reflect.defineMetadata(TRANSACTIONS, [...transactionsAt(method), transaction], prototype, name);
}

/** What `@Transactional()` says about a prototype's own method, once for each time that it stands there. */
export function transactionsAt({ prototype, name }: MethodPlace): readonly TransactionalDefinition[] {
  return (Reflect.getOwnMetadata(TRANSACTIONS, prototype, name) as TransactionalDefinition[] | undefined) ?? [];
}

/**
 * Whether the retry and the transactions of a method fit together, as far as their decorators have run.
 *
 * @throws ConfigurationError that says why a retry would repeat what is stored already, or would not retry at all
 */
export function checkRetry(place: MethodPlace, wrapped: Method): void {
  const retry = retryAt(place);
  if (!retry) return;
  const where = `@RetryOnConflict on ${describePlace(place)}`;
  const [transaction, ...more] = transactionsAt(place);
  if (!hasLayer('retry', wrapped) || (transaction && !hasLayer('transaction', wrapped))) {
    throw new ConfigurationError(
      `${where}: another decorator that replaces the method stands between it and @Transactional, so that nobody can tell what a retry would repeat. Put the two next to each other.`,
    );
  }
  if (!transaction) return;
  const { dataSource, options } = transaction;
  if (more.length > 0) {
    throw new ConfigurationError(
      `${where}: the method has several @Transactional. One of them may be stored when another fails, and a retry would store it twice: leave one, and put the other on a method that it calls.`,
    );
  }
  if (WITHOUT_TRANSACTION.includes(options.propagation)) {
    throw new ConfigurationError(
      `${where}: with propagation ${options.propagation} the method can run without a transaction of its own, and a retry would repeat what the first attempt has stored. Use REQUIRED, NESTED or REQUIRES_NEW, or take the retry away.`,
    );
  }
  const { dataSource: named = dataSource } = retry;
  if ((named ?? DEFAULT_DATA_SOURCE) !== (dataSource ?? DEFAULT_DATA_SOURCE)) {
    throw new ConfigurationError(
      `${where}: it names the data source '${named}', but @Transactional ${dataSource === undefined ? 'has the one without a name' : `names '${dataSource}'`}. Name it in @Transactional alone.`,
    );
  }
}
