import { BadRequestException, Logger, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { bindInput, isDataModel } from '../field-types/index.js';
import { isInsideHttp } from './error-translation.interceptor.js';

/**
 * Binds and validates the parameters of HTTP handlers whose class is a `@Model`. Leaves alone everything
 * else: other classes, custom parameters, and instances that another pipe has already made.
 */
export class ModelValidationPipe implements PipeTransform {
  private readonly logger = new Logger('SqlModelExt');

  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom' || data !== undefined || !isInsideHttp()) return value;
    if (!isDataModel(metatype) || value instanceof metatype) return value;
    const model = metatype as new () => object;
    const bound = await bindInput(model, value === undefined ? {} : value, type === 'body' ? 'json' : 'query');
    for (const [ignoring, names] of bound.dropped) {
      this.logger.warn(
        `${ignoring.name} dropped ${names.length} unknown input field(s): ${names.map(inLog).join(', ')}`,
      );
    }
    if (bound.violations.length > 0) throw new BadRequestException(bound.violations.map(({ message }) => message));
    return bound.value;
  }
}

/** A name that a client chose, safe in a log: one line, of limited length. */
function inLog(name: string): string {
  const short = name.length > 64 ? `${name.slice(0, 64)}…` : name;
  return /^[\w.$-]+…?$/.test(short) ? short : JSON.stringify(short);
}
