import { ClassSerializerInterceptor } from '@nestjs/common';
import { MetadataScanner, type DiscoveryService } from '@nestjs/core';
import type { ClassTransformOptions } from 'class-transformer';
import { RESPONSE_MODEL } from './response-metadata.js';
import { ResponseModelInterceptor } from './response-model.interceptor.js';
import { OWN_SERIALIZE_OPTIONS, SERIALIZE_OPTIONS } from './serialize-options.js';

const INTERCEPTORS = '__interceptors__';

/**
 * Lets `ClassSerializerInterceptor`s stand anywhere around `@ResponseModel` handlers: beside the decorator, in either
 * order, on the controller, or on the application. They would turn entities into plain objects before their relations
 * are loaded, or take properties off an answer that is finished. At start-up, because decorators above run later.
 */
export function arrangeSerializers(discovery: DiscoveryService): void {
  const scanner = new MetadataScanner();
  for (const { metatype } of [...discovery.getControllers(), ...discovery.getProviders()]) {
    const prototype = metatype?.prototype as Record<string, unknown> | undefined;
    if (!prototype) continue;
    for (const name of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(RESPONSE_MODEL, handler)) continue;
      serializeOutside(handler);
      leaveAnswerAlone(handler);
    }
  }
}

/** Interceptors of a method are listed from the outside to the inside. */
function serializeOutside(handler: Function): void {
  const interceptors = (Reflect.getMetadata(INTERCEPTORS, handler) as unknown[] | undefined) ?? [];
  const index = interceptors.indexOf(ResponseModelInterceptor);
  const inside = interceptors.slice(index + 1);
  if (!inside.some(isSerializer)) return;
  Reflect.defineMetadata(
    INTERCEPTORS,
    [
      ...interceptors.slice(0, index),
      ...inside.filter(isSerializer),
      ResponseModelInterceptor,
      ...inside.filter((interceptor) => !isSerializer(interceptor)),
    ],
    handler,
  );
}

function isSerializer(interceptor: unknown): boolean {
  const { prototype } = ClassSerializerInterceptor;
  const candidate: unknown = typeof interceptor === 'function' ? interceptor.prototype : interceptor;
  return candidate === prototype || candidate instanceof ClassSerializerInterceptor;
}

/** What the handler says about serialising has been done when others see the answer: it is plain by then. */
function leaveAnswerAlone(handler: Function): void {
  if (Reflect.hasOwnMetadata(OWN_SERIALIZE_OPTIONS, handler)) return;
  const own = Reflect.getMetadata(SERIALIZE_OPTIONS, handler) as ClassTransformOptions | undefined;
  Reflect.defineMetadata(OWN_SERIALIZE_OPTIONS, own, handler);
  Reflect.defineMetadata(SERIALIZE_OPTIONS, { ...own, type: undefined, strategy: 'exposeAll' }, handler);
}
