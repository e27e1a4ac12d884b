import { Inject, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ConfigurationError } from '../errors/index.js';
import { wrapAround, wrapMethod, type Method } from '../relations/index.js';
import type { UnitOfWork } from '../transactions/index.js';
import { wrongTransactionOption, type TransactionOptions } from '../transactions/index.js';
import { DEFAULT_DATA_SOURCE, getUnitOfWorkToken } from './tokens.js';
import {
  takeBegunTransaction,
  TRANSACTIONAL,
  TransactionalInterceptor,
  type TransactionalDefinition,
} from './transactional.interceptor.js';

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
    const original: unknown = descriptor.value;
    if (typeof original !== 'function') throw new ConfigurationError(`${where} needs a method.`);
    if (typeof prototype === 'function') {
      throw new ConfigurationError(
        `@Transactional on ${prototype.name}.${String(name)}: a static method has no instance that Nest could give a unit of work; use unitOfWork.run() inside it.`,
      );
    }
    if (/GeneratorFunction$/.test(original.constructor.name)) {
      throw new ConfigurationError(
        `${where}: a generator runs after the method has returned; use unitOfWork.run() inside it.`,
      );
    }
    const property = injectUnitOfWork(prototype, dataSource);
    descriptor.value = wrapAround(original as Method, (method) => {
      const wrapper = wrapMethod(method, function (...args) {
        if (takeBegunTransaction(wrapper)) return method.apply(this, args);
        const unitOfWork = (this as Record<symbol, UnitOfWork | undefined>)[property];
        if (!unitOfWork) {
          throw new ConfigurationError(
            `${where}: no unit of work. The object was not made by Nest, or SqlModelExtModule.forRoot() is not imported: inject the class instead of calling its constructor.`,
          );
        }
        return unitOfWork.run(() => method.apply(this, args), transaction);
      });
      return wrapper;
    }) as T;
    const definition: TransactionalDefinition = { dataSource, options: transaction };
    SetMetadata(TRANSACTIONAL, definition)(prototype, name, descriptor);
    UseInterceptors(TransactionalInterceptor)(prototype, name, descriptor as PropertyDescriptor);
    return descriptor;
  };
}

const PROPERTIES = new Map<string, symbol>();

/** Has Nest put the unit of work on every instance of the class, under a symbol. */
function injectUnitOfWork(prototype: object, dataSource: string = DEFAULT_DATA_SOURCE): symbol {
  let property = PROPERTIES.get(dataSource);
  if (!property) PROPERTIES.set(dataSource, (property = Symbol(`nestjs-sqlmodel-ext:unit-of-work:${dataSource}`)));
  Inject(getUnitOfWorkToken(dataSource))(prototype, property);
  return property;
}
