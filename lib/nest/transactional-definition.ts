import type { TransactionOptions } from '../transactions/index.js';

/** What `@Transactional()` says about a method. */
export interface TransactionalDefinition {
  readonly dataSource: string | undefined;
  readonly options: TransactionOptions;
}

/** Where a handler has its `TransactionalDefinition`. */
export const TRANSACTIONAL = 'nestjs-sqlmodel-ext:transactional';

/** Where a handler has its `RetryDefinition`. */
export const RETRIED = 'nestjs-sqlmodel-ext:retry';

/** Where Nest notes that a handler sends events. */
export const SSE = '__sse__';
