import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import { toHttpException } from './http-errors.js';
import type { SqlModelExtOptions } from './options.js';

const outsideHttp = new AsyncLocalStorage<true>();

/** Whether the current handler answers something other than HTTP (GraphQL, RPC, WebSocket). */
export function isOutsideHttp(): boolean {
  return outsideHttp.getStore() === true;
}

/**
 * Turns errors of HTTP handlers into HTTP exceptions. An interceptor, because a catch-all filter that the
 * application sets with `useGlobalFilters()` would come before a filter of this module.
 */
export class ErrorTranslationInterceptor implements NestInterceptor {
  private readonly logger = new Logger('SqlModelExt');

  constructor(private readonly options: SqlModelExtOptions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'http') return outsideHttp.run(true, () => next.handle());
    if (this.options.exceptionFilter === false) return next.handle();
    return next.handle().pipe(
      catchError((error: unknown) => {
        const exception = toHttpException(error, { messages: this.options.integrityMessages });
        if (exception) this.logger.debug(String(error));
        return throwError(() => exception ?? error);
      }),
    );
  }
}
