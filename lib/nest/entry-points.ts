import { MetadataScanner } from '@nestjs/core';
import type { EntryPoint } from '../analysis/index.js';
import type { Container, ModuleOfApplication, Wrapper } from './analysis-container.js';
import type { LiveObjects } from './analysis-live-objects.js';
import { enhancersOf } from './entry-points-enhancers.js';
import { parametersOf } from './entry-points-parameters.js';
import { declaredResponseOf } from './response-view.js';

const PATH = 'path';
const METHOD = 'method';

/** A handler of a controller. */
export interface Handler {
  readonly module: ModuleOfApplication;
  readonly wrapper: Wrapper;
  readonly controller: Function;
  readonly prototype: object;
  readonly method: string;
  /** The function that Nest calls: with the wrappers of its decorators. */
  readonly callback: Function;
}

/** The handlers of all HTTP routes, those that a controller inherits too. */
export function entryPointsIn(container: Container, objects: LiveObjects): EntryPoint[] {
  return handlersIn(container).flatMap((handler) => {
    const instance = objects.of(handler.wrapper);
    if (typeof instance !== 'object' || instance === null) return [];
    const enhancers = enhancersOf(handler, container, objects);
    const response = declaredResponseOf(handler.callback, handler.controller, enhancers);
    return [
      {
        instance,
        controller: handler.controller,
        method: handler.method,
        parameters: parametersOf(handler, container, objects),
        enhancers,
        response: response?.view,
        responseOrigin: response?.origin,
      },
    ];
  });
}

function handlersIn({ modules }: Container): Handler[] {
  const scanner = new MetadataScanner();
  return [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap((wrapper) => {
      const controller: unknown = wrapper.metatype;
      if (typeof controller !== 'function') return [];
      const prototype = controller.prototype as Readonly<Record<string, unknown>>;
      return scanner.getAllMethodNames(prototype).flatMap((method): Handler[] => {
        const callback = prototype[method];
        if (typeof callback !== 'function' || !isRoute(callback)) return [];
        return [{ module, wrapper, controller, prototype, method, callback }];
      });
    }),
  );
}

function isRoute(callback: Function): boolean {
  return Reflect.hasMetadata(PATH, callback) && Reflect.hasMetadata(METHOD, callback);
}
