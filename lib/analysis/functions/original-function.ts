import { types } from 'node:util';
import { ORIGINAL_METHOD } from '../../relations/index.js';
import { isBound } from './bound-function.js';
import type { FunctionInspector, FunctionScope } from './function-inspector.js';
import { textOf } from './function-text.js';
import type { ScriptTexts } from './script-texts.js';

/** Shapes of what decorators put in place of a method; classes write methods in another one. */
const WRAPPER = /^(?:async\b\s*)?(?:function\b|\(|[\w$]+\s*=>|\*?\s*value\s*\()/;
/** A variable that is called with the wrapper's own `this`. */
const CALL =
  /(?<![\w$]|\.\s*)([A-Za-z_$][\w$]*)\s*\.\s*(?:apply|call|bind)\s*\(\s*(?:this|_this\w*|self|that)\b|\bReflect\s*\.\s*apply\s*\(\s*([A-Za-z_$][\w$]*)\s*,\s*(?:this|_this\w*|self|that)\b/g;

/** One step from a wrapper to what it calls; undefined: it is no wrapper, or nobody knows of what. */
export function wrappedFunction(
  fn: Function,
  inspector: () => FunctionInspector,
  texts: ScriptTexts,
): Function | undefined {
  // First of all: a proxy may answer anything when it is asked for properties.
  if (types.isProxy(fn)) return inspector().targetOf(fn);
  const marked: unknown = Object.getOwnPropertyDescriptor(fn, ORIGINAL_METHOD)?.value;
  if (typeof marked === 'function') return marked;
  if (isBound(fn)) return inspector().targetOf(fn);
  return decoratedFunction(fn, textOf(fn), inspector, texts);
}

/** The one captured function that the text calls in its own place. */
function decoratedFunction(
  fn: Function,
  text: string,
  inspector: () => FunctionInspector,
  texts: ScriptTexts,
): Function | undefined {
  if (!WRAPPER.test(text)) return undefined;
  const called = new Set([...text.matchAll(CALL)].flatMap(([, name, argument]) => name ?? argument ?? []));
  // Constructors of classes in the syntax of before ES2015.
  called.delete('_super');
  if (called.size === 0) return undefined;
  const scopes = inspector().scopesOf(fn) ?? [];
  const found = new Set<Function>();
  for (const name of called) {
    const index = scopes.findIndex(({ variables }) => Object.hasOwn(variables, name));
    const value = scopes[index]?.variables[name];
    if (typeof value === 'function' && !isOfModule(fn, name, scopes, index, inspector(), texts)) found.add(value);
  }
  const [original] = found;
  return found.size === 1 ? original : undefined;
}

/** Whether a variable stands at the top of its file: an ordinary function, and not what a decorator was given. */
function isOfModule(
  fn: Function,
  name: string,
  scopes: readonly FunctionScope[],
  index: number,
  inspector: FunctionInspector,
  texts: ScriptTexts,
): boolean {
  const { kind, owner } = scopes[index];
  if (kind === 'Module' || kind === 'Script') return true;
  if (scopes.some((scope) => scope.kind === 'Module')) return false;
  // Some bundlers name the function around a file after it.
  if (owner !== undefined && !/^[\w$]+$/.test(owner)) return true;
  // The outermost function may be the one that loaders put around CommonJS files, and has no name then.
  if (owner !== undefined || scopes.slice(index + 1).some((scope) => scope.kind === 'Closure')) return false;
  const place = inspector.placeOf(fn);
  return !place || texts.isTopLevel(place.scriptId, name);
}
