import { BadRequestException, Logger, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { bindInput, isDataModel } from '../field-types/index.js';
import { isOutsideHttp } from './error-translation.interceptor.js';
import type { SqlModelExtOptions } from './options.js';

/**
 * Binds and validates handler parameters whose class is a `@Model`. Leaves alone everything else: other
 * classes, custom parameters, and instances that another pipe has already made.
 */
export class ModelValidationPipe implements PipeTransform {
  private readonly logger = new Logger('SqlModelExt');

  constructor(private readonly options: SqlModelExtOptions) {}

  async transform(value: unknown, { type, metatype, data }: ArgumentMetadata): Promise<unknown> {
    if (this.options.validation === false || type === 'custom' || data !== undefined || isOutsideHttp()) return value;
    if (!isDataModel(metatype) || value instanceof metatype) return value;
    const model = metatype as new () => object;
    const bound = await bindInput(model, value === undefined ? {} : value, type === 'body' ? 'json' : 'query');
    for (const [ignoring, names] of bound.dropped) {
      this.logger.warn(`${ignoring.name} dropped ${names.length} unknown input field(s): ${names.join(', ')}`);
    }
    if (bound.violations.length > 0) throw new BadRequestException(bound.violations.map(({ message }) => message));
    return bound.value;
  }
}
