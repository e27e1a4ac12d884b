import './bind-data-source.js';

export { UnitOfWork, type TransactionLog } from './unit-of-work.js';
export {
  wrongTransactionOption,
  type Isolation,
  type Propagation,
  type TransactionOptions,
} from './transaction-options.js';
export { runAttempt, type AttemptTransaction } from './attempt.js';
export { CallSite, labelCallSites } from './call-site.js';
export { currentScope } from './scope-storage.js';
export type { Hook, Scope, ScopeTransaction } from './scope.js';
export { sqliteConnectionOf } from './sqlite-connection.js';
export { Mutex } from './mutex.js';
