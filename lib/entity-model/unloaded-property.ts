import { quietRead } from './quiet-reads.js';

const guards = new WeakSet<Function>();

/** Notes that a getter stands for a value that was not loaded. */
export function markGuard(getter: Function): void {
  guards.add(getter);
}

/** Whether a property stands for a value that was not loaded: reading it may be an error. */
export function isUnloaded(object: object, name: string): boolean {
  const descriptor = descriptorOf(object, name) as { readonly get?: Function } | undefined;
  return descriptor?.get !== undefined && guards.has(descriptor.get);
}

/** A property's value; undefined, instead of an error, when it was not loaded. Other getters run as always. */
export function peek(object: object, name: string): unknown {
  const value = Object.hasOwn(object, name) ? quietRead(object, name) : undefined;
  if (value !== undefined) return value;
  return isUnloaded(object, name) ? undefined : (object as Record<string, unknown>)[name];
}

/** The descriptor of a property, own or inherited. */
export function descriptorOf(object: object, name: string): PropertyDescriptor | undefined {
  for (let owner: object | null = object; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor) return descriptor;
  }
  return undefined;
}
