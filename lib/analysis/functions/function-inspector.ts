import type { Binding, FreeVariable } from './function-code.js';

/** Where a function begins in what runs. */
export interface ScriptPlace {
  readonly scriptId: string;
  /** From 0. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

/** A script as the engine knows it. */
export interface Script {
  /** A `file:` url, a path, or an empty text for code that was made at run time. */
  readonly url: string;
  /** What its last line says; empty: nothing. */
  readonly sourceMapUrl: string;
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
  script(scriptId: string): Script | undefined;
  /** Its text, as it runs. */
  sourceOf(scriptId: string): string | undefined;
  close(): void;
}

/** Stands in where the engine cannot be asked. */
export const NO_INSPECTOR: FunctionInspector = {
  placeOf: () => undefined,
  scopesOf: () => undefined,
  targetOf: () => undefined,
  bindingOf: () => undefined,
  privateMemberOf: () => undefined,
  script: () => undefined,
  sourceOf: () => undefined,
  close: () => undefined,
};
