import type { Binding, FreeVariable } from './function-code.js';

/** Where a function begins in what runs. */
export interface ScriptPlace {
  readonly scriptId: string;
  /** From 0. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** Variables around a function. */
export interface FunctionScope {
  /** As V8 says: Block, Closure, Module, Script, Catch, Eval, With Block. */
  readonly kind: string;
  /** The function to which a closure or a block belongs; undefined: it has no name. */
  readonly owner: string | undefined;
  /** Variables by name, as they were when the scope was asked for. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the engine knows about functions, and the language does not say. */
export interface FunctionInspector {
  /** Where a function was written; undefined: native, or nobody knows. */
  placeOf(fn: Function): ScriptPlace | undefined;
  /** From the innermost out, without the global object; undefined: nobody knows. */
  scopesOf(fn: Function): readonly FunctionScope[] | undefined;
  /** What is behind a proxy or a bound function. */
  targetOf(fn: Function): Function | undefined;
  /** What a bound function hands on. */
  bindingOf(fn: Function): Binding | undefined;
  /** A private field or method, by its name with `#`; undefined: none, or one of several classes above each other. */
  privateMemberOf(object: object, name: string): FreeVariable | undefined;
  /** A `file:` url or a path; undefined: code that was made at run time. */
  urlOf(scriptId: string): string | undefined;
  /** The same, of scripts of which some function has run; undefined for others, which cost much to ask for. */
  executedUrlOf(scriptId: string): string | undefined;
  /** Where the last line of a script says that its source map is; undefined: nowhere. Slow the first time. */
  sourceMapUrlOf(scriptId: string): string | undefined;
  /** The text of a script, as it runs. Slow the first time. */
  textOf(scriptId: string): string | undefined;
  close(): void;
}

/** Stands in where the engine cannot be asked. */
export const NO_INSPECTOR: FunctionInspector = {
  placeOf: () => undefined,
  scopesOf: () => undefined,
  targetOf: () => undefined,
  bindingOf: () => undefined,
  privateMemberOf: () => undefined,
  urlOf: () => undefined,
  executedUrlOf: () => undefined,
  sourceMapUrlOf: () => undefined,
  textOf: () => undefined,
  close: () => undefined,
};
