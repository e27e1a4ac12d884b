import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { BaseExceptionFilter, type AbstractHttpAdapter, type ApplicationConfig } from '@nestjs/core';
import { QueryFailedError } from 'typeorm';
import { SqlModelExtError } from '../errors/index.js';
import type { ApplicationOptions } from './application-options.js';
import { toHttpException } from './http-errors.js';

const CATCHES = '__filterCatchExceptions__';

/**
 * Translates errors of guards and of everything else in front of the interceptors, then hands over to the
 * filter that would have been asked without this one. Outside HTTP it only hands over.
 */
@Catch(SqlModelExtError, QueryFailedError)
export class SqlModelExtExceptionFilter extends BaseExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly options: ApplicationOptions,
    private readonly application: ApplicationConfig,
    adapter: AbstractHttpAdapter,
  ) {
    super(adapter);
  }

  override catch(exception: unknown, host: ArgumentsHost): unknown {
    const isHttp = host.getType<string>() === 'http';
    const messages = this.options.combined.integrityMessages;
    const error = (isHttp ? toHttpException(exception, { messages }) : undefined) ?? exception;
    const next = this.nextFilter(error);
    if (next) return next.catch(error, host) as unknown;
    if (isHttp) super.catch(error, host);
    // Nothing given back outside HTTP: GraphQL and RPC go on to their own handling.
    return undefined;
  }

  /** The global filter that Nest would have chosen: the last one that catches the error. */
  private nextFilter(error: unknown): ExceptionFilter | undefined {
    return this.application.getGlobalFilters().findLast((filter) => filter !== this && catches(filter, error));
  }
}

function catches(filter: ExceptionFilter, error: unknown): boolean {
  const prototype = Object.getPrototypeOf(filter) as object;
  const own = Reflect.getMetadata(CATCHES, prototype) as Function[] | undefined;
  const types = own ?? (Reflect.getMetadata(CATCHES, filter.constructor) as Function[] | undefined) ?? [];
  return types.length === 0 || types.some((type) => error instanceof type);
}
