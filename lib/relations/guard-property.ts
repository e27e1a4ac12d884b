import { descriptorOf, isQuiet, markGuard, ownProperty } from '../entity-model/index.js';
import { embeddedPart, entityState } from '../hydration/index.js';
import { readUnloaded } from './unloaded-access.js';

const descriptors = new Map<string, PropertyDescriptor>();

/**
 * The property that stands where a relation was not loaded or a column was not selected. Reading it is an error on
 * entities that came from the database; writing replaces it by the value. Not enumerable, so that what looks at
 * keys (JSON, spread, equality, structuredClone) does not meet it.
 */
export function guardProperty(name: string): PropertyDescriptor {
  let descriptor = descriptors.get(name);
  if (!descriptor) descriptors.set(name, (descriptor = makeGuard(name)));
  return descriptor;
}

function makeGuard(name: string): PropertyDescriptor {
  function get(this: object): undefined {
    if (isQuiet()) return undefined;
    const state = entityState(this);
    if (state) return readUnloaded(state, name, get);
    const part = embeddedPart(this);
    const whole = part && entityState(part.entity);
    return whole && readUnloaded(whole, `${part.embedded.propertyPath}.${name}`, get);
  }
  const define = ownProperty(name);
  function set(this: object, value: unknown): void {
    define(this, value);
  }
  markGuard(get);
  return { get, set, enumerable: false, configurable: true };
}

/** Guards a property of a class, unless the class has an accessor of its own there. */
export function guardPrototype(type: Function, name: string): void {
  const prototype = type.prototype as object;
  if (descriptorOf(prototype, name)) return;
  Object.defineProperty(prototype, name, guardProperty(name));
}
