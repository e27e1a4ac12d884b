import { ClassSerializerInterceptor, type RequestMethod } from '@nestjs/common';
import type { ResponseView } from '../analysis/index.js';
import { RESPONSE_IS_LIST, RESPONSE_MODEL, RESPONSE_RELATIONS } from './response-metadata.js';
import { responseRelationsOf, type ResponseRelations } from './response-relations.js';
import { NO_OPTIONS } from './response-shape.js';
import { isLeftOutOfOpenApi, isOptional } from './response-view-optional.js';
import { viewOf, type ShowsRelation } from './response-view-of-model.js';
import { serializeOptionsOf } from './serialize-options.js';

const API_RESPONSE = 'swagger/apiResponse';

/** What a handler says of its answers. */
export interface DeclaredResponse {
  readonly view: ResponseView;
  /** The decorator, as it is written. */
  readonly origin: string;
}

/**
 * The class of a handler's answers: of `@ResponseModel()`, of `@SerializeOptions()` where a serializer reads them, or of
 * the answer that OpenAPI describes. Each decides alone what goes out, in this order.
 *
 * @param enhancers the interceptors of the handler, among others
 */
export function declaredResponseOf(
  handler: Function,
  controller: Function,
  enhancers: readonly object[],
): DeclaredResponse | undefined {
  return ofResponseModel(handler, controller) ?? ofSerializer(handler, controller, enhancers) ?? ofOpenApi(handler);
}

function ofResponseModel(handler: Function, controller: Function): DeclaredResponse | undefined {
  const model = Reflect.getMetadata(RESPONSE_MODEL, handler) as Function | undefined;
  if (!model) return undefined;
  const isList = Reflect.getMetadata(RESPONSE_IS_LIST, handler) === true;
  const given = Reflect.getMetadata(RESPONSE_RELATIONS, handler) as ResponseRelations | undefined;
  // What is loaded for the answer is nobody's fault.
  const shows: ShowsRelation = (_model, { relation }) =>
    (given ?? responseRelationsOf(relation.entityMetadata.dataSource)) === 'throw';
  const options = serializeOptionsOf(handler, controller) ?? NO_OPTIONS;
  return { view: viewOf(model, options, shows), origin: `@ResponseModel(${isList ? `[${model.name}]` : model.name})` };
}

function ofSerializer(
  handler: Function,
  controller: Function,
  enhancers: readonly object[],
): DeclaredResponse | undefined {
  const options = serializeOptionsOf(handler, controller);
  const model: unknown = (options as { readonly type?: unknown } | undefined)?.type;
  if (!options || typeof model !== 'function') return undefined;
  if (!enhancers.some((enhancer) => enhancer instanceof ClassSerializerInterceptor)) return undefined;
  const shows: ShowsRelation = (owner, { property }) => !isOptional(owner, property);
  return { view: viewOf(model, options, shows), origin: `@SerializeOptions({ type: ${model.name} })` };
}

interface Described {
  readonly type?: unknown;
  readonly isArray?: boolean;
}

function ofOpenApi(handler: Function): DeclaredResponse | undefined {
  const responses = Reflect.getMetadata(API_RESPONSE, handler) as Readonly<Record<string, Described>> | undefined;
  const described = responses && successIn(responses, handler);
  const model = described && classOf(described.type);
  if (!model) return undefined;
  const isList = described.isArray === true || Array.isArray(described.type);
  const shows: ShowsRelation = (owner, { property }) =>
    !isLeftOutOfOpenApi(owner, property.name) && !isOptional(owner, property);
  const type = isList ? `[${model.name}]` : model.name;
  return { view: viewOf(model, NO_OPTIONS, shows), origin: `@ApiResponse({ type: ${type} })` };
}

/** The answer of the status that the handler sends; else the only success that is described, or what stands for all. */
function successIn(responses: Readonly<Record<string, Described>>, handler: Function): Described | undefined {
  const own = responses[statusOf(handler)] as Described | undefined;
  if (own) return own;
  const successes = Object.keys(responses).filter((status) => /^2/.test(status));
  if (successes.length === 1) return responses[successes[0]];
  return successes.length === 0 ? responses['default'] : undefined;
}

function statusOf(handler: Function): number {
  const explicit = Reflect.getMetadata('__httpCode__', handler) as number | undefined;
  const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
  return explicit ?? (method === POST ? 201 : 200);
}

const POST: RequestMethod = 1;

/** A class, `[class]`, or a function that gives one. */
function classOf(given: unknown): Function | undefined {
  const type: unknown = Array.isArray(given) ? given[0] : given;
  if (typeof type !== 'function') return undefined;
  if (type.prototype !== undefined && type.name !== 'type') return type;
  try {
    return classOf((type as () => unknown)());
  } catch {
    return undefined;
  }
}
