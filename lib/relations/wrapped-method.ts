import 'reflect-metadata';

/** Where a wrapper keeps the method that it replaced. */
export const ORIGINAL_METHOD = Symbol.for('nestjs-sqlmodel-ext:original-method');
const LAYER = Symbol('nestjs-sqlmodel-ext:layer');

/** A method as wrappers see it. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Makes the wrapper of a method. */
export type Wrap = (method: Method) => Method;

/** What wrappers are for, from the outside in: what repeats the transaction, the transaction, what runs in it. */
const LAYERS = ['retry', 'transaction', 'requirement'] as const;

export type WrapperLayer = (typeof LAYERS)[number];

type Wrapped = Method & {
  readonly [ORIGINAL_METHOD]: Method;
  readonly [LAYER]?: { readonly layer: WrapperLayer; readonly wrap: Wrap };
};

/** Gives a wrapper the name and the metadata of the method that it replaces, and a way back to it. */
export function wrapMethod(original: Method, wrapper: Method): Method {
  Object.defineProperty(wrapper, 'name', { value: original.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: original.length, configurable: true });
  Object.defineProperty(wrapper, ORIGINAL_METHOD, { value: original });
  copyMetadata(original, wrapper);
  return wrapper;
}

/**
 * Wraps a method inside the wrappers of outer layers, which are made anew, and around all others, so that the order in
 * which decorators stand does not matter. The given method stays as it is. What another library has wrapped around a
 * method hides the layers inside.
 */
export function wrapInLayer(layer: WrapperLayer, method: Method, wrap: Wrap): Method {
  const { [ORIGINAL_METHOD]: original, [LAYER]: outer } = method as Wrapped;
  if (!outer || LAYERS.indexOf(outer.layer) >= LAYERS.indexOf(layer)) return layered(layer, wrap, method);
  const wrapper = layered(outer.layer, outer.wrap, wrapInLayer(layer, original, wrap));
  copyMetadata(method, wrapper);
  return wrapper;
}

/** Whether a method has a wrapper of a layer that no other library's wrapper hides. */
export function hasLayer(layer: WrapperLayer, method: Method): boolean {
  const { [ORIGINAL_METHOD]: original, [LAYER]: own } = method as Partial<Wrapped>;
  return own?.layer === layer || (original !== undefined && hasLayer(layer, original));
}

function layered(layer: WrapperLayer, wrap: Wrap, method: Method): Method {
  const wrapper = wrap(method);
  Object.defineProperty(wrapper, LAYER, { value: { layer, wrap } });
  return wrapper;
}

function copyMetadata(from: object, to: object): void {
  for (const key of Reflect.getMetadataKeys(from) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
  }
}
