import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { fieldsOf, isDataModel } from '../field-types/index.js';
import { isInsideHttp } from './error-translation.interceptor.js';

/**
 * Reads the text of query strings and paths as the fields of a `@Model` understand it, and nothing else:
 * no instance, no rules, unknown fields as they are. For the application's own ValidationPipe, which
 * cannot tell a query string from JSON and would refuse `?limit=10` as text.
 */
export class QueryTextPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if ((type !== 'query' && type !== 'param') || data !== undefined || !isInsideHttp()) return value;
    if (!isDataModel(metatype) || typeof value !== 'object' || value === null) return value;
    const read: Record<string, unknown> = { ...value };
    for (const [name, { computed, spec }] of fieldsOf(metatype)) {
      const text = read[name];
      if (!computed && !spec.nested && text !== undefined && text !== null) read[name] = spec.convert(text, 'query');
    }
    return read;
  }
}
