import { MetadataScanner } from '@nestjs/core';
import type { Container, ModuleOfApplication, Wrapper } from './analysis-container.js';

const PATH = 'path';
const METHOD = 'method';

/** The method of a controller behind a route. */
export interface Handler {
  readonly module: ModuleOfApplication;
  readonly wrapper: Wrapper;
  readonly controller: Function;
  readonly prototype: object;
  readonly method: string;
  /** The function that Nest calls: with the wrappers of its decorators. */
  readonly callback: Function;
}

/** The handlers of all routes, those that controllers inherit too. */
export function handlersIn({ modules }: Container): Handler[] {
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
