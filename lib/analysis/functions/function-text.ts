/** The text of a function, whatever its class makes of `toString`. */
export function textOf(fn: Function): string {
  return Function.prototype.toString.call(fn);
}
