import { Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { finalize, Observable } from 'rxjs';
import type { DataSource } from 'typeorm';
import { QueryTracker, type NPlusOneReport } from '../relations/index.js';

const SSE = '__sse__';

/** Places are kept while the process runs; SQL that is made at run time does not fill the memory. */
const MOST_REPORTS = 1_000;

/**
 * Reports the statements that one HTTP request repeats, from the pipes to the loading of the answer: once for
 * each handler, statement and place. Server-sent events have no end, and are left alone like everything that is
 * not HTTP.
 */
export class NPlusOneInterceptor implements NestInterceptor {
  readonly #logger = new Logger('SqlModelExt');
  readonly #reported = new Set<string>();

  /** @param thresholds for each data source how often a statement may repeat without being reported */
  constructor(private readonly thresholds: ReadonlyMap<DataSource, number>) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    if (context.getType<string>() !== 'http' || Reflect.hasMetadata(SSE, handler)) return next.handle();
    const { method } = context.switchToHttp().getRequest<{ method: string }>();
    const tracker = new QueryTracker(`${method} ${context.getClass().name}.${handler.name}`, this.thresholds);
    // Inside the subscription: what other interceptors do with an answer runs in the flow that subscribes.
    return new Observable((subscriber) =>
      tracker.run(() =>
        next
          .handle()
          .pipe(
            finalize(() => {
              for (const report of tracker.end()) this.#report(report);
            }),
          )
          .subscribe(subscriber),
      ),
    );
  }

  #report({ label, shape, place, message }: NPlusOneReport): void {
    const key = JSON.stringify([label, shape, place]);
    if (this.#reported.has(key) || this.#reported.size >= MOST_REPORTS) return;
    this.#reported.add(key);
    this.#logger.warn(message);
  }
}
