import { RequestMethod } from '@nestjs/common';
import { MetadataScanner, type DiscoveryService } from '@nestjs/core';
import { hasVersion } from '../entity-model/index.js';
import { fieldOf, lineage } from '../field-types/index.js';
import { RESPONSE_IS_LIST, RESPONSE_MODEL } from './response-metadata.js';

const API_RESPONSE = 'swagger/apiResponse';
const API_PARAMETERS = 'swagger/apiParameters';

/** Where `@ModelParam()` notes the path parameters of a handler. */
export const PATH_PARAMS = 'nestjs-sqlmodel-ext:path-params';

/** A path parameter that is a model's primary key. */
export interface PathParam {
  readonly name: string;
  readonly model: Function;
  /** Whether `If-Match` is compared with the version of its row. */
  readonly ifMatch?: boolean | 'optional';
}

type Parameter = { readonly name?: string; readonly in?: string };

type Responses = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Describes the answers of all `@ResponseModel` handlers and the parameters of all `@ModelParam`s for OpenAPI, in the
 * shape that `@ApiResponse`, `@ApiParam` and `@ApiHeader` store. At start-up, because what the application describes
 * itself stays, and because the status depends on decorators that run later.
 */
export function describeHandlers(discovery: DiscoveryService): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of discovery.getControllers()) {
    const prototype = metatype?.prototype as Record<string, unknown> | undefined;
    if (!prototype) continue;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (typeof handler !== 'function') continue;
      describeResponse(handler);
      describePathParams(handler);
      describeIfMatch(handler, metatype as Function, name);
      describeEntityTag(handler);
    }
  }
}

function describeResponse(handler: Function): void {
  const type = Reflect.getMetadata(RESPONSE_MODEL, handler) as Function | undefined;
  if (!type) return;
  const known = responsesOf(handler);
  const status = statusOf(handler);
  const isList = Reflect.getMetadata(RESPONSE_IS_LIST, handler) === true;
  if (status in known) return;
  Reflect.defineMetadata(
    API_RESPONSE,
    { ...known, [status]: { type, description: '', ...(isList ? { isArray: true } : {}) } },
    handler,
  );
}

function statusOf(handler: Function): number {
  const explicit = Reflect.getMetadata('__httpCode__', handler) as number | undefined;
  const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
  return explicit ?? (method === RequestMethod.POST ? 201 : 200);
}

function describePathParams(handler: Function): void {
  for (const { name, model } of pathParamsOf(handler)) {
    const known = parametersOf(handler);
    if (known.some((parameter) => parameter.name === name && parameter.in === 'path')) continue;
    const schema = fieldOf(model, 'id')?.spec.schema ?? { type: 'string' };
    const described = { name, in: 'path', required: true, schema: { ...schema } };
    Reflect.defineMetadata(API_PARAMETERS, [...known, described], handler);
  }
}

/** The header that a handler compares with the version of a row, and the answers where it does not fit. */
function describeIfMatch(handler: Function, controller: Function, method: string): void {
  const param = pathParamsOf(handler).find(({ ifMatch = false }) => ifMatch !== false);
  if (!param) return;
  const { name } = param.model;
  const isRequired = param.ifMatch === true;
  const known = [...parametersOf(handler), ...parametersOf(controller)];
  if (!known.some((parameter) => parameter.in === 'header' && parameter.name?.toLowerCase() === 'if-match')) {
    const described = {
      name: 'If-Match',
      in: 'header',
      required: isRequired,
      description: `ETag of the ${name} that is to be changed, as its last answer had it`,
      schema: { type: 'string' },
    };
    Reflect.defineMetadata(API_PARAMETERS, [...parametersOf(handler), described], handler);
  }
  const answers: Responses = {
    409: { description: `The ${name} was changed by somebody else while this request ran` },
    412: { description: `If-Match names another version of the ${name}` },
    ...(isRequired ? { 428: { description: 'If-Match is missing' } } : {}),
  };
  const described = responsesOf(handler);
  const elsewhere = responsesOf(controller);
  const missing = Object.entries(answers).filter(([status]) => !(status in described) && !(status in elsewhere));
  // OpenAPI describes the success by itself only where nothing else is described.
  const success =
    hasSuccess(described) || isCompiled(controller, method) ? {} : { [statusOf(handler)]: { description: '' } };
  Reflect.defineMetadata(API_RESPONSE, { ...success, ...described, ...Object.fromEntries(missing) }, handler);
}

/** The version of an answer that is one versioned entity: known only where a parameter of the handler is one. */
function describeEntityTag(handler: Function): void {
  const isList = Reflect.getMetadata(RESPONSE_IS_LIST, handler) === true;
  if (!Reflect.hasMetadata(RESPONSE_MODEL, handler) || isList) return;
  if (!pathParamsOf(handler).some(({ model }) => hasVersion(model))) return;
  const known = responsesOf(handler);
  const success = known[statusOf(handler)];
  const headers = (success.headers ?? {}) as Readonly<Record<string, unknown>>;
  if (Object.keys(headers).some((header) => header.toLowerCase() === 'etag')) return;
  const tag = { description: 'Version of the entity, and hash of the answer', schema: { type: 'string' } };
  Reflect.defineMetadata(
    API_RESPONSE,
    { ...known, [statusOf(handler)]: { ...success, headers: { ...headers, ETag: tag } } },
    handler,
  );
}

function hasSuccess(responses: Responses): boolean {
  return Object.keys(responses).some((status) => /^2/.test(status));
}

/** Whether the compiler plugin of `@nestjs/swagger` describes a method: it looks after this, and adds what is missing. */
function isCompiled(controller: Function, method: string): boolean {
  return lineage(controller).some((owner) => {
    const compiled = owner as Function & { _OPENAPI_METADATA_FACTORY?: () => Readonly<Record<string, unknown>> };
    return (
      Object.hasOwn(owner, '_OPENAPI_METADATA_FACTORY') && compiled._OPENAPI_METADATA_FACTORY?.()[method] !== undefined
    );
  });
}

function pathParamsOf(handler: Function): readonly PathParam[] {
  return (Reflect.getMetadata(PATH_PARAMS, handler) as PathParam[] | undefined) ?? [];
}

function parametersOf(described: Function): readonly Parameter[] {
  return (Reflect.getMetadata(API_PARAMETERS, described) as Parameter[] | undefined) ?? [];
}

function responsesOf(described: Function): Responses {
  return (Reflect.getMetadata(API_RESPONSE, described) as Responses | undefined) ?? {};
}
