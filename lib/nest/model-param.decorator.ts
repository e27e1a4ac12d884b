import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ObjectLiteral } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { hasVersion } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { wrongRowLock, type RowLock } from '../locking/index.js';
import type { RelationPath } from '../relations/index.js';
import type { EntityClass } from '../repository/index.js';
import { PATH_PARAMS, type PathParam } from './describe-handlers.js';
import { ModelParamPipe, type ModelParamDefinition } from './model-param.pipe.js';

/** Options of `@ModelParam()`. */
export interface ModelParamOptions<Model> {
  /** Relation paths to load. */
  readonly load?: readonly RelationPath<Model>[];
  /**
   * Locks the row until the transaction ends, with the details of `withForUpdate`; the handler must be
   * `@Transactional()`. Default false.
   */
  readonly lock?: RowLock;
  /** The sentence for the client when there is no such row. Default: `<Model> not found`. */
  readonly detail?: string;
  /**
   * Whether the request's `If-Match` must name the version that the row has: `true`, or `'optional'`: only when it is
   * sent. Another version is 412; none, where one is required, 428. For models with a version. Default false.
   */
  readonly ifMatch?: boolean | 'optional';
  /** Name of the data source. Default: the one without a name. */
  readonly dataSource?: string;
}

const OPTIONS = ['load', 'lock', 'detail', 'ifMatch', 'dataSource'];

/**
 * The entity whose primary key is in the path, loaded; no such row, or a malformed key, is 404:
 * `read(@ModelParam(Article, 'articleId') article: Article)`. Shown in OpenAPI as a path parameter.
 *
 * @throws ConfigurationError at class definition for options that are unknown or wrong
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
  checkOptions(model, options);
  const definition: ModelParamDefinition = { model, param, ...options };
  const decorate = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
    const { params = {}, headers = {} } = context.switchToHttp().getRequest<Request>();
    return { definition, params, ifMatch: headers['if-match'] };
  })(definition, ModelParamPipe);
  return (prototype, method, index) => {
    decorate(prototype, method, index);
    if (method !== undefined) notePathParam(prototype, method, { name: param, model, ifMatch: definition.ifMatch });
  };
}

interface Request {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

function checkOptions(model: Function, options: object): void {
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    throw new ConfigurationError(
      `@ModelParam(${model.name}): unknown option '${name}'. Allowed are ${OPTIONS.join(', ')}.`,
      { option: name },
    );
  }
  const { lock, ifMatch = false } = options as { lock?: unknown; ifMatch?: unknown };
  const wrong = wrongRowLock(lock);
  if (wrong !== undefined) {
    throw new ConfigurationError(`@ModelParam(${model.name}): lock ${wrong}.`, { option: 'lock' });
  }
  if (typeof ifMatch !== 'boolean' && ifMatch !== 'optional') {
    throw new ConfigurationError(
      `@ModelParam(${model.name}): 'ifMatch' must be true, false or 'optional', but is ${JSON.stringify(ifMatch)}.`,
      { option: 'ifMatch' },
    );
  }
  if (ifMatch !== false && !hasVersion(model)) {
    throw new ConfigurationError(
      `@ModelParam(${model.name}): 'ifMatch' compares versions, and ${model.name} has none: let it extend OptimisticLock(…).`,
      { option: 'ifMatch', model: model.name },
    );
  }
}

function notePathParam(prototype: object, method: string | symbol, param: PathParam): void {
  const handler: unknown = (prototype as Record<string | symbol, unknown>)[method];
  if (typeof handler !== 'function') return;
  const known = (Reflect.getMetadata(PATH_PARAMS, handler) as PathParam[] | undefined) ?? [];
  const isChecked = ({ ifMatch = false }: PathParam): boolean => ifMatch !== false;
  if (isChecked(param) && known.some(isChecked)) {
    throw new ConfigurationError(
      `@ModelParam(${param.model.name}) on ${prototype.constructor.name}.${String(method)}: two parameters have 'ifMatch', but a request names one version. Leave it to one of them.`,
      { option: 'ifMatch', model: param.model.name },
    );
  }
  Reflect.defineMetadata(PATH_PARAMS, [...known, param], handler);
}
