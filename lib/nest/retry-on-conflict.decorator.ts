import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { ConfigurationError } from '../errors/index.js';
import { wrongRetryRule, type RetryRules } from '../locking/index.js';
import { wrapInLayer, wrapMethod, type Method } from '../relations/index.js';
import { injectedUnitOfWork, injectUnitOfWork, injectUnitOfWorkIfAny } from './injected-unit-of-work.js';
import { checkRetry, noteRetry, retryAt, transactionsAt, type RetryDefinition } from './retry-definition.js';
import { retriedStream } from './retried-stream.js';
import { retryTransactions } from './retry-transactions.js';
import { RETRIED, SSE } from './transactional-definition.js';
import { transactionalMethod } from './transactional-method.js';
import { handOverBegunTransaction, TransactionalInterceptor } from './transactional.interceptor.js';

/** Options of `@RetryOnConflict()`. */
export interface RetryOnConflictOptions extends RetryRules {
  /** Name of the data source. Default: that of `@Transactional()` on the same method, else the one without a name. */
  readonly dataSource?: string;
}

/**
 * Runs a method of a provider or controller again, in a new transaction, when it meets another writer: an
 * `OptimisticLockError`, a deadlock, a serialization failure (at COMMIT too), a lock that was not free in time, a busy
 * SQLite. The options of `@Transactional()` on the same method, above or below, decide about each transaction; without
 * it every attempt gets one. On a handler the parameters resolve again for each attempt.
 *
 * Inside a transaction that is open already it does nothing: the error goes to whoever has begun that one. After a
 * COMMIT of unknown outcome nothing runs again.
 *
 * @throws ConfigurationError at class definition for wrong options, for what is no method of instances, for generators,
 * and for a `@Transactional()` that may run without a transaction of its own
 */
export function RetryOnConflict(options: RetryOnConflictOptions = {}): MethodDecorator {
  const { dataSource, ...rules } = options;
  return <T>(prototype: object, name: string | symbol, descriptor: TypedPropertyDescriptor<T>) => {
    const place = { prototype, name };
    const where = `@RetryOnConflict on ${prototype.constructor.name}.${String(name)}`;
    const wrong = wrongRetryRule(options, ['on', 'dataSource']);
    if (wrong !== undefined) throw new ConfigurationError(`${where}: ${wrong}.`);
    if (dataSource !== undefined && (typeof dataSource !== 'string' || dataSource === '')) {
      throw new ConfigurationError(`${where}: dataSource must be the name of a data source.`);
    }
    const original = transactionalMethod('@RetryOnConflict', prototype, name, descriptor.value);
    if (retryAt(place)) throw new ConfigurationError(`${where} stands there twice: leave one.`);
    if (Reflect.hasMetadata(SSE, original)) throw retriedStream(where);
    const definition: RetryDefinition = { method: `${prototype.constructor.name}.${String(name)}`, dataSource, rules };
    const wrapped = wrapInLayer('retry', original, (method) => {
      const wrapper: Method = wrapMethod(method, function (...args) {
        if (handOverBegunTransaction(wrapper, method)) return method.apply(this, args);
        const transaction = transactionsAt(place).at(0);
        const unitOfWork = injectedUnitOfWork(this, where, transaction?.dataSource ?? dataSource);
        const run = async (): Promise<unknown> => method.apply(this, args);
        return retryTransactions(unitOfWork, transaction?.options.propagation, definition, () =>
          transaction ? run() : unitOfWork.run(run),
        );
      });
      return wrapper;
    });
    noteRetry(place, definition);
    checkRetry(place, wrapped);
    descriptor.value = wrapped as T;
    if (dataSource !== undefined) injectUnitOfWork(prototype, dataSource);
    else if (transactionsAt(place).length === 0) injectUnitOfWorkIfAny(prototype);
    SetMetadata(RETRIED, definition)(prototype, name, descriptor);
    UseInterceptors(TransactionalInterceptor)(prototype, name, descriptor as PropertyDescriptor);
    return descriptor;
  };
}
