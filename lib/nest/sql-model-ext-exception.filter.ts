import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { BaseExceptionFilter, type AbstractHttpAdapter } from '@nestjs/core';
import { QueryFailedError } from 'typeorm';
import { SqlModelExtError } from '../errors/index.js';
import { toHttpException } from './http-errors.js';
import type { SqlModelExtOptions } from './options.js';

/**
 * Answers errors of guards and pipes over HTTP, which the interceptor does not see. Other contexts keep
 * the answer that they would give without this filter.
 */
@Catch(SqlModelExtError, QueryFailedError)
export class SqlModelExtExceptionFilter extends BaseExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly options: SqlModelExtOptions,
    adapter: AbstractHttpAdapter,
  ) {
    super(adapter);
  }

  override catch(exception: SqlModelExtError | QueryFailedError, host: ArgumentsHost): unknown {
    const type = host.getType<string>();
    if (type === 'http') {
      const wording = { messages: this.options.integrityMessages };
      const translated = this.options.exceptionFilter === false ? undefined : toHttpException(exception, wording);
      super.catch(translated ?? exception, host);
      return undefined;
    }
    if (type === 'ws') answerWebSocket(host);
    // Nothing given back: GraphQL and RPC go on to their own handling.
    return undefined;
  }
}

/** What Nest's own handler sends for an unknown error; it does not run once a filter has matched. */
function answerWebSocket(host: ArgumentsHost): void {
  const client = host.switchToWs().getClient<{ emit?: (event: string, data: unknown) => void }>();
  client.emit?.('exception', { status: 'error', message: 'Internal server error' });
}
