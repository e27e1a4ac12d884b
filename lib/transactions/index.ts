import './bind-data-source.js';

export { onTouches, UnitOfWork, type TransactionLog } from './unit-of-work.js';
export {
  wrongTransactionOption,
  type Isolation,
  type Propagation,
  type TransactionOptions,
} from './transaction-options.js';
export { isRepeatedAttempt, runAttempt, type AttemptTransaction } from './attempt.js';
export { CallSite, labelCallSites } from './call-site.js';
export { currentScope } from './scope-storage.js';
export type { Hook, Scope, ScopeTransaction } from './scope.js';
export { sqliteConnectionOf } from './sqlite-connection.js';
export { Mutex } from './mutex.js';
export { dropsTransaction, isConnectionLoss } from './driver-failure.js';
export { commitsImplicitly, mayWrite } from './statement-kind.js';
