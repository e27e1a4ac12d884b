import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import type { ApplicationOptions } from './application-options.js';
import { labelCallSites } from '../transactions/index.js';
import { toHttpException } from './http-errors.js';

const SSE = '__sse__';

const insideHttp = new AsyncLocalStorage<boolean>();

/** Whether the current handler answers an HTTP request: false for GraphQL, RPC, WebSocket and everything else. */
export function isInsideHttp(): boolean {
  return insideHttp.getStore() === true;
}

/**
 * Turns errors of HTTP handlers into HTTP exceptions. An interceptor, because a catch-all filter that the
 * application sets with `useGlobalFilters()` would come before a filter of this module. Errors in a stream
 * of server-sent events are Nest's affair: the answer is on its way already.
 */
export class ErrorTranslationInterceptor implements NestInterceptor {
  private readonly logger = new Logger('SqlModelExt');

  constructor(private readonly options: ApplicationOptions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'http') return insideHttp.run(false, () => next.handle());
    // What the handler reads without awaiting it is read after its frame has gone: then messages name the handler.
    const name = `${context.getClass().name}.${context.getHandler().name}`;
    const answers = insideHttp.run(true, () => labelCallSites(name, () => next.handle()));
    const { exceptionFilter, integrityMessages: messages } = this.options.combined;
    if (!exceptionFilter || Reflect.hasMetadata(SSE, context.getHandler())) return answers;
    return answers.pipe(
      catchError((error: unknown) => {
        const exception = toHttpException(error, { messages });
        if (exception) this.logger.debug(String(error));
        return throwError(() => exception ?? error);
      }),
    );
  }
}
