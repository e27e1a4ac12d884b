import { RetryPolicy, runWithRetries } from '../locking/index.js';
import { currentScope, type Propagation, type UnitOfWork } from '../transactions/index.js';
import type { RetryDefinition } from './retry-definition.js';

/**
 * Runs work, which begins a transaction with this propagation, until it meets no conflict. Work that joins a
 * transaction runs once: only whoever has begun that one can do all of it again.
 */
export function retryTransactions<T>(
  unitOfWork: UnitOfWork,
  propagation: Propagation = 'REQUIRED',
  { method, rules }: RetryDefinition,
  work: () => Promise<T>,
): Promise<T> {
  const { dataSource } = unitOfWork;
  if (propagation !== 'REQUIRES_NEW' && currentScope(dataSource) !== undefined) return work();
  return runWithRetries(method, new RetryPolicy(dataSource, rules), work);
}
