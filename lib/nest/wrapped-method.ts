import 'reflect-metadata';

/** Where a wrapper keeps the method that it replaced. */
export const ORIGINAL_METHOD = Symbol.for('nestjs-sqlmodel-ext:original-method');

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Gives a wrapper the name and the metadata of the method that it replaces, and a way back to it. */
export function wrapMethod(original: Method, wrapper: Method): Method {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  Object.defineProperty(wrapper, ORIGINAL_METHOD, { value: original });
  for (const key of Reflect.getMetadataKeys(original) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
  }
  return wrapper;
}
