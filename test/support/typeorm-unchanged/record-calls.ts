import { AsyncLocalStorage } from 'node:async_hooks';
import { CLASSES, methodsOf } from './public-methods.js';

/**
 * Notes which public methods of TypeORM's classes are called from outside of them, as `Class.method`: those that
 * TypeORM calls while it works for somebody do not count.
 */
export function recordCalls(): Set<string> {
  const called = new Set<string>();
  const inside = new AsyncLocalStorage<true>();
  for (const { prototype } of Object.values(CLASSES)) {
    for (const method of methodsOf(prototype as object)) {
      const owner = ownerOf(prototype as object, method);
      const original = owner[method];
      if (Object.hasOwn(original, RECORDED)) continue;
      owner[method] = Object.assign(
        function (this: object, ...args: unknown[]): unknown {
          if (inside.getStore()) return original.apply(this, args);
          const type = Object.keys(CLASSES).find((name) => this instanceof CLASSES[name]);
          called.add(`${type}.${method}`);
          return inside.run(true, () => original.apply(this, args));
        },
        { [RECORDED]: true },
      );
    }
  }
  return called;
}

const RECORDED = Symbol('recorded');

type Methods = Record<string, (...args: unknown[]) => unknown>;

function ownerOf(prototype: object, method: string): Methods {
  let owner = prototype;
  while (!Object.hasOwn(owner, method)) owner = Object.getPrototypeOf(owner) as object;
  return owner as Methods;
}
