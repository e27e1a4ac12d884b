import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { ConfigurationError } from '../errors/index.js';
import { wrapInLayer, wrapMethod, type Method } from '../relations/index.js';
import { wrongTransactionOption, type TransactionOptions } from '../transactions/index.js';
import { injectedUnitOfWork, injectUnitOfWork } from './injected-unit-of-work.js';
import { checkRetry, noteTransaction } from './retry-definition.js';
import { TRANSACTIONAL, type TransactionalDefinition } from './transactional-definition.js';
import { transactionalMethod } from './transactional-method.js';
import { takeBegunTransaction, TransactionalInterceptor } from './transactional.interceptor.js';

/** Options of `@Transactional()`. */
export interface TransactionalOptions extends TransactionOptions {
  /** Name of the data source. Default: the one without a name. */
  readonly dataSource?: string;
}

/**
 * Runs a method of a provider or controller in a transaction that every repository of the data source
 * takes part in. On a handler the transaction begins before its parameters resolve and ends before the
 * answer goes out. The method must be asynchronous.
 *
 * @throws ConfigurationError at class definition for wrong options, generators and things that are no method
 */
export function Transactional(options: TransactionalOptions = {}): MethodDecorator {
  const { dataSource, ...transaction } = options;
  return <T>(prototype: object, name: string | symbol, descriptor: TypedPropertyDescriptor<T>) => {
    const where = `@Transactional on ${prototype.constructor.name}.${String(name)}`;
    const wrong = wrongTransactionOption(transaction);
    if (wrong !== undefined) throw new ConfigurationError(`${where}: ${wrong}.`);
    if (dataSource !== undefined && (typeof dataSource !== 'string' || dataSource === '')) {
      throw new ConfigurationError(`${where}: dataSource must be the name of a data source.`);
    }
    const original = transactionalMethod('@Transactional', prototype, name, descriptor.value);
    injectUnitOfWork(prototype, dataSource);
    const wrapped = wrapInLayer('transaction', original, (method) => {
      const wrapper: Method = wrapMethod(method, function (...args) {
        if (takeBegunTransaction(wrapper)) return method.apply(this, args);
        const unitOfWork = injectedUnitOfWork(this, where, dataSource);
        return unitOfWork.run(() => method.apply(this, args), transaction);
      });
      return wrapper;
    });
    const definition: TransactionalDefinition = { dataSource, options: transaction };
    noteTransaction({ prototype, name }, definition);
    checkRetry({ prototype, name }, wrapped);
    descriptor.value = wrapped as T;
    SetMetadata(TRANSACTIONAL, definition)(prototype, name, descriptor);
    UseInterceptors(TransactionalInterceptor)(prototype, name, descriptor as PropertyDescriptor);
    return descriptor;
  };
}
