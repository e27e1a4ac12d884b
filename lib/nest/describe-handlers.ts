import { RequestMethod } from '@nestjs/common';
import { MetadataScanner, type DiscoveryService } from '@nestjs/core';
import { fieldOf } from '../field-types/index.js';
import { RESPONSE_IS_LIST, RESPONSE_MODEL } from './response-metadata.js';

const API_RESPONSE = 'swagger/apiResponse';
const API_PARAMETERS = 'swagger/apiParameters';

/** Where `@ModelParam()` notes the path parameters of a handler. */
export const PATH_PARAMS = 'nestjs-sqlmodel-ext:path-params';

/** A path parameter that is a model's primary key. */
export interface PathParam {
  readonly name: string;
  readonly model: Function;
}

type Parameter = { readonly name?: string; readonly in?: string };

/**
 * Describes the answers of all `@ResponseModel` handlers and the path parameters of all `@ModelParam`s for
 * OpenAPI, in the shape that `@ApiResponse` and `@ApiParam` store. At start-up, because what the
 * application describes itself stays, and because the status depends on decorators that run later.
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
    }
  }
}

function describeResponse(handler: Function): void {
  const type = Reflect.getMetadata(RESPONSE_MODEL, handler) as Function | undefined;
  if (!type) return;
  const known = (Reflect.getMetadata(API_RESPONSE, handler) as Record<string, unknown> | undefined) ?? {};
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
  const params = (Reflect.getMetadata(PATH_PARAMS, handler) as PathParam[] | undefined) ?? [];
  for (const { name, model } of params) {
    const known = (Reflect.getMetadata(API_PARAMETERS, handler) as Parameter[] | undefined) ?? [];
    if (known.some((parameter) => parameter.name === name && parameter.in === 'path')) continue;
    const schema = fieldOf(model, 'id')?.spec.schema ?? { type: 'string' };
    const described = { name, in: 'path', required: true, schema: { ...schema } };
    Reflect.defineMetadata(API_PARAMETERS, [...known, described], handler);
  }
}
