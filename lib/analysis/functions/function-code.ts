import type { AnyNode, ArrowFunctionExpression, ClassExpression, FunctionExpression } from 'acorn';
import type { Location } from '../finding.js';

interface ReadCode {
  /**
   * The line of a node of this code in its file: of the TypeScript where a source map says so. Undefined: nobody knows.
   * Ask while the reader is open, and for findings only: the first question about a file reads its source map.
   */
  locationOf(node: AnyNode): Location | undefined;
  /** Whether the function belongs to a package, to this library or to the engine, and not to the application. */
  readonly isForeign: boolean;
}

/** A function, a method, an accessor or an arrow function. */
export interface PlainFunctionCode extends ReadCode {
  readonly kind: 'function';
  readonly node: FunctionExpression | ArrowFunctionExpression;
}

export interface ClassCode extends ReadCode {
  readonly kind: 'class';
  /** The constructor. Undefined: the class has none of its own. */
  readonly node: FunctionExpression | undefined;
  /** The class as it is written, with its fields and its `extends`. */
  readonly definition: ClassExpression;
}

/** The code of a function, parsed from its own text. */
export type FunctionCode = PlainFunctionCode | ClassCode;

/** What a name means in a function that neither declares it nor takes it. */
export interface FreeVariable {
  readonly value: unknown;
}

/** What `bind` has fixed. */
export interface Binding {
  readonly this: unknown;
  readonly arguments: readonly unknown[];
}

/** Reads functions of the running program. */
export interface FunctionReader {
  /** The function that does the work: behind wrappers of this library, `bind`, proxies, and decorators of others. */
  originalOf(fn: Function): Function;
  /** What the original of a function made by `bind` is called with; undefined: the caller decides, or nobody knows. */
  bindingOf(fn: Function): Binding | undefined;
  /**
   * Its code; undefined: native, or not to be parsed.
   *
   * @param home The prototype or the class on which it was found: what is true of the file of all methods is found out
   *   once.
   */
  codeOf(fn: Function, home?: object): FunctionCode | undefined;
  /** What a free name means in it, now; undefined: nobody knows. */
  variable(fn: Function, name: string): FreeVariable | undefined;
  /** A private field or method of an object, by its name with `#`; undefined: nobody knows. */
  privateMember(object: object, name: string): FreeVariable | undefined;
  /** Gives back what it holds. */
  close(): void;
}
