import { types } from 'node:util';
import { textOf } from './function-text.js';

const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Whether a function has no text: the engine's own, or made by `bind`. */
export function isNative(fn: Function): boolean {
  return NATIVE.test(textOf(fn));
}

/** Whether `bind` has made a function. Runs nothing of it: proxies and names may be anything. */
export function isBound(fn: Function): boolean {
  if (types.isProxy(fn) || !isNative(fn)) return false;
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' && name.startsWith('bound ');
}
