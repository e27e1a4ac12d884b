import type { ArrowFunctionExpression, FunctionDeclaration, FunctionExpression } from 'acorn';
import type { FunctionCode } from '../functions/function-code.js';
import type { Scope } from './scope.js';

/** What an expression may give. Objects that code makes and changes are cells of the `State`, named by their number. */
export type Value =
  | UnknownValue
  | ConstantValue
  | LiveValue
  | ClosureValue
  | CellValue
  | EmbeddedValue
  | UnionValue
  | ContextValue
  | BoundMethodValue;

/** Nobody knows. */
export interface UnknownValue {
  readonly kind: 'unknown';
  /** The entity whose column it was read from, and which column. */
  readonly of?: { readonly id: number; readonly column: string };
  /** The relation that was taken out of an entity, beside the rest of it, and is not loaded. */
  readonly leftOut?: { readonly id: number; readonly relation: string };
}

/** A primitive that the code states. */
export interface ConstantValue {
  readonly kind: 'constant';
  readonly value: string | number | boolean | bigint | null | undefined;
}

/** An object or function of the running application. */
export interface LiveValue {
  readonly kind: 'live';
  readonly value: object;
  /** The object that a function was taken from. */
  readonly owner?: object;
  /** What `bind` has fixed as `this`. */
  readonly self?: Value;
}

export type FunctionNode = ArrowFunctionExpression | FunctionExpression | FunctionDeclaration;

/** A function that the code makes. */
export interface ClosureValue {
  readonly kind: 'closure';
  readonly node: FunctionNode;
  readonly scope: Scope;
  readonly frame: FrameOfCode;
}

/** What a closure keeps of where it was made. */
export interface FrameOfCode {
  readonly code: FunctionCode;
  /** The function whose text it is: what free names mean is asked of it. */
  readonly fn: Function;
  readonly self: Value;
  /** The prototype that has the method: where `super` begins. */
  readonly home: object | undefined;
  /** Class and method, for people. */
  readonly place: string;
}

/** An entity, a list, a plain object or a query builder. */
export interface CellValue {
  readonly kind: 'cell';
  readonly id: number;
}

/** An embedded object of an entity. */
export interface EmbeddedValue {
  readonly kind: 'embedded';
  readonly id: number;
  /** Path of the embedded object, with a dot at its end. */
  readonly prefix: string;
}

/** One of several. */
export interface UnionValue {
  readonly kind: 'union';
  readonly of: readonly Value[];
}

/** Nest's execution context, or a part of it, from which the request can be had. */
export interface ContextValue {
  readonly kind: 'context';
  readonly request: CellValue;
}

/** A method taken from an object: `article.byline`, before it is called. */
export interface BoundMethodValue {
  readonly kind: 'method';
  readonly self: Value;
  readonly name: string;
}

export const UNKNOWN: UnknownValue = { kind: 'unknown' };
export const UNDEFINED: ConstantValue = { kind: 'constant', value: undefined };
export const NULL: ConstantValue = { kind: 'constant', value: null };

/** The element of a list that is empty. */
export const NOTHING: UnionValue = { kind: 'union', of: [] };

export function constant(value: ConstantValue['value']): ConstantValue {
  return { kind: 'constant', value };
}

export function isNullish(value: Value): boolean {
  return value.kind === 'constant' && (value.value === null || value.value === undefined);
}

/** More alternatives than these are as good as unknown. */
const MOST_ALTERNATIVES = 6;

/** One of these values; the same value is counted once. */
export function union(values: readonly Value[]): Value {
  const found: Value[] = [];
  for (const value of values.flatMap(alternatives)) {
    const index = found.findIndex((known) => isSame(known, value));
    if (index < 0) found.push(value);
    // Of two unknown values nothing is known that is said of one of them.
    else if (value.kind === 'unknown' && found[index] !== value) found[index] = UNKNOWN;
  }
  if (found.length === 1) return found[0];
  if (found.length === 0 || found.length > MOST_ALTERNATIVES) return UNKNOWN;
  return { kind: 'union', of: found };
}

export function alternatives(value: Value): readonly Value[] {
  return value.kind === 'union' ? value.of : [value];
}

export function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'constant' && b.kind === 'constant') return Object.is(a.value, b.value);
  if (a.kind === 'live' && b.kind === 'live') return a.value === b.value;
  if (a.kind === 'cell' && b.kind === 'cell') return a.id === b.id;
  if (a.kind === 'closure' && b.kind === 'closure') return a.node === b.node && a.scope === b.scope;
  if (a.kind === 'embedded' && b.kind === 'embedded') return a.id === b.id && a.prefix === b.prefix;
  return a.kind === 'unknown' && b.kind === 'unknown';
}
