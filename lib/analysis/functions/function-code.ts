import type { AnyNode, ArrowFunctionExpression, FunctionExpression } from 'acorn';
import type { Location } from '../finding.js';

/** The code of a function, parsed from its own text. */
export interface FunctionCode {
  readonly node: FunctionExpression | ArrowFunctionExpression;
  /** For a class: the constructor, or undefined where it has none of its own; `node` of a class is its constructor. */
  readonly kind: 'function' | 'class';
  /** The line of a node of this code in its file. Undefined: nobody knows. */
  locationOf(node: AnyNode): Location | undefined;
  /** Whether the function belongs to a package, and not to the application. */
  readonly isForeign: boolean;
}

/** What a name means in a function that neither declares it nor takes it. */
export interface FreeVariable {
  readonly value: unknown;
}

/** Reads functions of the running program. */
export interface FunctionReader {
  /** The function that does the work: behind wrappers of this library, `bind`, proxies, and decorators of others. */
  originalOf(fn: Function): Function;
  /** Its code; undefined: native, or not to be parsed. */
  codeOf(fn: Function): FunctionCode | undefined;
  /** What a free name means in it; undefined: nobody knows. */
  variable(fn: Function, name: string): FreeVariable | undefined;
  /** Gives back what it holds. */
  close(): void;
}
