import { textOf } from './function-text.js';

/**
 * The class in whose text a method stands; undefined: in none, or nobody knows. Its methods have the same file and the
 * same variables around them.
 *
 * @param home The prototype or the class on which the method was found.
 */
export function writtenIn(fn: Function, home: object | undefined): Function | undefined {
  const type: unknown =
    typeof home === 'function' ? home : home && Object.getOwnPropertyDescriptor(home, 'constructor')?.value;
  return typeof type === 'function' && textOf(type).includes(textOf(fn)) ? type : undefined;
}
