import { createHash } from 'node:crypto';
import {
  HttpStatus,
  StreamableFile,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { map, takeLast, type Observable } from 'rxjs';
import { answerVersion } from './answer-version.js';
import { entityTagsIn } from './entity-tags-in.js';
import { RESPONSE_MODEL } from './response-metadata.js';

const SSE = '__sse__';

/** Characters of a body's hash: 96 bits. */
const HASH_LENGTH = 16;

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Puts `ETag: "<version>-<hash of the body>"` on `@ResponseModel` answers that are one versioned entity, and answers
 * GET and HEAD with 304 when `If-None-Match` has that tag. Fastify does not do the second by itself, and Express does
 * not for requests that `fetch()` has sent.
 *
 * The outermost interceptor: the body is finished, and the transaction of the handler has committed.
 */
export class EntityTagInterceptor implements NestInterceptor {
  constructor(private readonly adapter: AbstractHttpAdapter) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const handler = context.getHandler();
    const isTagged =
      context.getType<string>() === 'http' &&
      Reflect.hasMetadata(RESPONSE_MODEL, handler) &&
      !Reflect.hasMetadata(SSE, handler);
    if (!isTagged) return next.handle();
    const http = context.switchToHttp();
    // Of several values Nest sends the last.
    return next.handle().pipe(
      takeLast(1),
      map((body: unknown) => this.#tagged(http.getRequest<Request>(), http.getResponse<object>(), body)),
    );
  }

  #tagged(request: Request, response: object, body: unknown): unknown {
    const version = answerVersion(request);
    const { statusCode } = response as { statusCode: number };
    if (version === undefined || !isJson(body) || statusCode < 200 || statusCode > 299) return body;
    // A handler with `@Res()` may have answered by itself.
    if (this.adapter.isHeadersSent(response)) return body;
    let tag = this.#header(response, 'ETag');
    if (tag === undefined) {
      tag = `"${version}-${hashOf(body)}"`;
      this.adapter.setHeader(response, 'ETag', tag);
    }
    const known = request.headers['if-none-match'];
    if (known === undefined || !isRead(request) || !names(String(known), tag)) return body;
    this.adapter.status(response, HttpStatus.NOT_MODIFIED);
    return undefined;
  }

  #header(response: object, name: string): string | undefined {
    const value: unknown = this.adapter.getHeader(response, name);
    return typeof value === 'string' ? value : undefined;
  }
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isJson(body: unknown): body is object {
  return typeof body === 'object' && body !== null && !(body instanceof StreamableFile);
}

function hashOf(body: object): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, HASH_LENGTH);
}

/** Whether `If-None-Match` names a tag. It compares weakly: `W/` does not count. */
function names(ifNoneMatch: string, tag: string): boolean {
  const tags = entityTagsIn(ifNoneMatch);
  const own = entityTagsIn(tag);
  return tags === '*' || (Array.isArray(own) && tags?.includes(own[0] as string) === true);
}
