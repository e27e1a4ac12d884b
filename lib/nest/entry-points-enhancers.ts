import type { Container, Wrapper } from './analysis-container.js';
import type { LiveObjects } from './analysis-live-objects.js';
import { EntityTagInterceptor } from './entity-tag.interceptor.js';
import type { Handler } from './entry-points-handlers.js';
import { ErrorTranslationInterceptor } from './error-translation.interceptor.js';
import { NPlusOneInterceptor } from './n-plus-one.interceptor.js';
import { ResponseModelInterceptor } from './response-model.interceptor.js';
import { TransactionalInterceptor } from './transactional.interceptor.js';

const GUARDS = '__guards__';
const INTERCEPTORS = '__interceptors__';

/** Enhancers of this library put nothing on the request. */
const OWN: readonly Function[] = [
  EntityTagInterceptor,
  ErrorTranslationInterceptor,
  NPlusOneInterceptor,
  ResponseModelInterceptor,
  TransactionalInterceptor,
];

/** The guards of a handler, then its interceptors; of each the global ones first, then those of its controller. */
export function enhancersOf(handler: Handler, { application }: Container, objects: LiveObjects): object[] {
  return [
    ...application.getGlobalGuards(),
    ...application.getGlobalRequestGuards().map((wrapper: Wrapper) => objects.of(wrapper)),
    ...boundTo(handler, GUARDS, objects),
    ...application.getGlobalInterceptors(),
    ...application.getGlobalRequestInterceptors().map((wrapper: Wrapper) => objects.of(wrapper)),
    ...boundTo(handler, INTERCEPTORS, objects),
  ].filter((enhancer): enhancer is object => isObject(enhancer) && !OWN.some((type) => enhancer instanceof type));
}

function boundTo({ controller, callback, module }: Handler, key: string, objects: LiveObjects): unknown[] {
  const bound = [controller, callback].flatMap(
    (owner) => (Reflect.getMetadata(key, owner) as unknown[] | undefined) ?? [],
  );
  return bound.map((enhancer) => enhancerObject(enhancer, module, objects));
}

/** Enhancers and pipes are given as objects or as classes, of which Nest makes one object for each module. */
export function enhancerObject(enhancer: unknown, module: Handler['module'], objects: LiveObjects): unknown {
  if (typeof enhancer !== 'function') return enhancer;
  const wrapper = module.injectables.get(enhancer);
  return (wrapper && objects.of(wrapper)) ?? (enhancer.prototype as unknown);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
