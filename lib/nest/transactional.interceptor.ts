import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { from, lastValueFrom, mergeAll, Observable, toArray } from 'rxjs';
import { labelCallSites, UnitOfWork } from '../transactions/index.js';
import type { RetryDefinition } from './retry-definition.js';
import { retriedStream } from './retried-stream.js';
import { retryTransactions } from './retry-transactions.js';
import { getUnitOfWorkToken } from './tokens.js';
import { RETRIED, SSE, TRANSACTIONAL, type TransactionalDefinition } from './transactional-definition.js';

/** The handler whose transaction the interceptor has begun; taken by the handler's wrapper, once. */
const begun = new AsyncLocalStorage<{ handler: unknown }>();

/** Whether the interceptor has begun the transaction of this call already. Answers true once. */
export function takeBegunTransaction(handler: unknown): boolean {
  const entry = begun.getStore();
  if (!entry || entry.handler !== handler) return false;
  entry.handler = undefined;
  return true;
}

/** The same for the wrapper of a retry, which leaves the taking to the method inside it. */
export function handOverBegunTransaction(handler: unknown, method: unknown): boolean {
  const entry = begun.getStore();
  if (!entry || entry.handler !== handler) return false;
  entry.handler = method;
  return true;
}

/**
 * The transaction of a handler: begun before its parameters resolve, so that what pipes load belongs to
 * it, and ended before the answer goes out. With `@RetryOnConflict()` everything from there on runs again, pipes too.
 */
@Injectable()
export class TransactionalInterceptor implements NestInterceptor {
  constructor(private readonly moduleRef: ModuleRef) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    // Two decorators on one handler bring the interceptor twice; the inner decorator's wrapper does its part.
    if (begun.getStore()?.handler === handler) return next.handle();
    const retry = Reflect.getMetadata(RETRIED, handler) as RetryDefinition | undefined;
    const transaction = Reflect.getMetadata(TRANSACTIONAL, handler) as TransactionalDefinition | undefined;
    const { dataSource, options } = transaction ?? { dataSource: retry?.dataSource, options: {} };
    const unitOfWork = this.moduleRef.get<UnitOfWork>(getUnitOfWorkToken(dataSource), { strict: false });
    const name = `${context.getClass().name}.${handler.name}`;
    const handle = <T>(take: (answers: Observable<unknown>) => Promise<T>): Promise<T> =>
      labelCallSites(name, () => unitOfWork.run(() => begun.run({ handler }, () => take(next.handle())), options));
    // Server-sent events go out while the transaction lasts; every other answer waits for the commit.
    if (Reflect.hasMetadata(SSE, handler)) {
      if (retry) throw retriedStream(`@RetryOnConflict on ${name}`);
      return streamed(handle);
    }
    const answer = (): Promise<unknown[]> => handle((answers) => lastValueFrom(answers.pipe(toArray())));
    return from(retry ? retryTransactions(unitOfWork, options.propagation, retry, answer) : answer()).pipe(mergeAll());
  }
}

function streamed(
  handle: (take: (answers: Observable<unknown>) => Promise<void>) => Promise<void>,
): Observable<unknown> {
  return new Observable((subscriber) => {
    const forward = (answers: Observable<unknown>): Promise<void> =>
      new Promise((resolve, reject) => {
        const subscription = answers.subscribe({
          next: (value) => {
            subscriber.next(value);
          },
          error: reject,
          complete: resolve,
        });
        // A stream that its reader leaves is half done: it is rolled back. After the end this does nothing.
        subscriber.add(() => {
          subscription.unsubscribe();
          reject(new Error('The client went away before the stream had ended.'));
        });
      });
    handle(forward).then(
      () => {
        subscriber.complete();
      },
      (error: unknown) => {
        subscriber.error(error);
      },
    );
  });
}
