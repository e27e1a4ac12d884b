import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { ConfigurationError } from '../errors/index.js';
import type { RelationPath } from '../relations/index.js';
import type { EntityClass } from '../repository/index.js';
import { PATH_PARAMS, type PathParam } from './describe-handlers.js';
import { ModelParamPipe, type ModelParamDefinition } from './model-param.pipe.js';

/** Options of `@ModelParam()`. */
export interface ModelParamOptions<Model> {
  /** Relation paths to load. */
  readonly load?: readonly RelationPath<Model>[];
  /** Locks the row until the transaction ends; the handler must be `@Transactional()`. Default false. */
  readonly lock?: boolean;
  /** The sentence for the client when there is no such row. Default: `<Model> not found`. */
  readonly detail?: string;
  /** Name of the data source. Default: the one without a name. */
  readonly dataSource?: string;
}

const OPTIONS = ['load', 'lock', 'detail', 'dataSource'];

/**
 * The entity whose primary key is in the path, loaded; no such row, or a malformed key, is 404:
 * `read(@ModelParam(Article, 'articleId') article: Article)`. Shown in OpenAPI as a path parameter.
 *
 * @throws ConfigurationError at class definition for options that are unknown or not built yet
 */
export function ModelParam<Model extends Branded & ObjectLiteral>(
  model: EntityClass<Model>,
  param: string,
  options: ModelParamOptions<Model> = {},
): ParameterDecorator {
  if (typeof model !== 'function') {
    throw new ConfigurationError(
      `@ModelParam(…, '${param}'): the model is not a class: with a circular import it is still undefined here. Move the model to a file of its own.`,
    );
  }
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    throw new ConfigurationError(
      name === 'ifMatch'
        ? `@ModelParam(${model.name}): the option 'ifMatch' belongs to optimistic locks, which are not built yet. Remove it.`
        : `@ModelParam(${model.name}): unknown option '${name}'. Allowed are ${OPTIONS.join(', ')}.`,
      { option: name },
    );
  }
  const definition: ModelParamDefinition = { model, ...options };
  const decorate = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
    const { params = {} } = context.switchToHttp().getRequest<{ params?: Record<string, unknown> }>();
    return { definition, param, params };
  })(definition, ModelParamPipe);
  return (prototype, method, index) => {
    decorate(prototype, method, index);
    if (method !== undefined) notePathParam(prototype, method, param, model);
  };
}

function notePathParam(prototype: object, method: string | symbol, name: string, model: Function): void {
  const handler: unknown = (prototype as Record<string | symbol, unknown>)[method];
  if (typeof handler !== 'function') return;
  const known = (Reflect.getMetadata(PATH_PARAMS, handler) as PathParam[] | undefined) ?? [];
  Reflect.defineMetadata(PATH_PARAMS, [...known, { name, model }], handler);
}
