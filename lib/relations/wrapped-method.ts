import 'reflect-metadata';

/** Where a wrapper keeps the method that it replaced. */
export const ORIGINAL_METHOD = Symbol.for('nestjs-sqlmodel-ext:original-method');
const WRAP_AGAIN = Symbol('nestjs-sqlmodel-ext:wrap-again');

/** A method as wrappers see it. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Makes the wrapper of a method. */
export type Wrap = (method: Method) => Method;

type Wrapped = Method & { readonly [ORIGINAL_METHOD]: Method; readonly [WRAP_AGAIN]?: Wrap };

/** Gives a wrapper the name and the metadata of the method that it replaces, and a way back to it. */
export function wrapMethod(original: Method, wrapper: Method): Method {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  Object.defineProperty(wrapper, ORIGINAL_METHOD, { value: original });
  copyMetadata(original, wrapper);
  return wrapper;
}

/**
 * Wraps a method in what must be there before it begins, such as a transaction. What `wrapInside()` adds later goes
 * inside, so that the order in which decorators stand does not matter.
 */
export function wrapAround(method: Method, wrap: Wrap): Method {
  const wrapper = wrap(method);
  Object.defineProperty(wrapper, WRAP_AGAIN, { value: wrap });
  return wrapper;
}

/** Wraps a method inside all of its `wrapAround()`s, which are made anew; the given method stays as it is. */
export function wrapInside(method: Method, wrap: Wrap): Method {
  const { [ORIGINAL_METHOD]: original, [WRAP_AGAIN]: again } = method as Wrapped;
  if (!again) return wrap(method);
  const wrapper = wrapAround(wrapInside(original, wrap), again);
  copyMetadata(method, wrapper);
  return wrapper;
}

function copyMetadata(from: object, to: object): void {
  for (const key of Reflect.getMetadataKeys(from) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
  }
}
