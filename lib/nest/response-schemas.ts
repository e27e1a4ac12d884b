import { RequestMethod } from '@nestjs/common';
import { MetadataScanner, type DiscoveryService } from '@nestjs/core';
import { RESPONSE_MODEL } from './response-model.interceptor.js';

const API_RESPONSE = 'swagger/apiResponse';

/**
 * Describes the answers of all `@ResponseModel` handlers for OpenAPI, in the shape that `@ApiResponse`
 * stores. At start-up, because the status depends on decorators that run after `@ResponseModel`. Answers
 * that the application describes itself stay.
 */
export function describeResponses(discovery: DiscoveryService): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of discovery.getControllers()) {
    const prototype = metatype?.prototype as Record<string, unknown> | undefined;
    if (!prototype) continue;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(RESPONSE_MODEL, handler)) continue;
      const type = Reflect.getMetadata(RESPONSE_MODEL, handler) as Function;
      const known = (Reflect.getMetadata(API_RESPONSE, handler) as Record<string, unknown> | undefined) ?? {};
      const status = statusOf(handler);
      if (status in known) continue;
      Reflect.defineMetadata(API_RESPONSE, { ...known, [status]: { type, description: '' } }, handler);
    }
  }
}

function statusOf(handler: Function): number {
  const explicit = Reflect.getMetadata('__httpCode__', handler) as number | undefined;
  const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
  return explicit ?? (method === RequestMethod.POST ? 201 : 200);
}
