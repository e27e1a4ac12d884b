import { textOf } from './function-text.js';

/**
 * The class in whose text a method stands, else the function itself. Both have the same file and the same variables
 * around them, and the engine is slow to tell: all methods of a class ask about the class.
 *
 * @param home The prototype or the class on which the function was found.
 */
export function writtenIn(fn: Function, home: object | undefined): Function {
  const type: unknown =
    typeof home === 'function' ? home : home && Object.getOwnPropertyDescriptor(home, 'constructor')?.value;
  return typeof type === 'function' && textOf(type).includes(textOf(fn)) ? type : fn;
}
