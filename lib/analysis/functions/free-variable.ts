import type { FreeVariable, FunctionCode } from './function-code.js';
import type { FunctionInspector } from './function-inspector.js';
import type { ScriptTexts } from './script-texts.js';

/** Globals of Node that are no plain properties, and harmless to read. */
const READ = new Set(['Buffer', 'process']);

/**
 * What a name means in a function that does not declare it; undefined: not yet set, or nobody knows.
 *
 * @param around A function with the same variables around it: the first method of its class that was read, or itself.
 */
export function freeVariable(
  fn: Function,
  name: string,
  code: FunctionCode | undefined,
  around: Function,
  inspector: FunctionInspector,
  texts: ScriptTexts,
): FreeVariable | undefined {
  if (code?.kind === 'function' && code.node.type === 'FunctionExpression' && code.node.id?.name === name) {
    return { value: fn };
  }
  for (const { variables } of inspector.scopesOf(around) ?? []) {
    const variable = Object.getOwnPropertyDescriptor(variables, name);
    if (variable)
      return isSettled(around, name, variable.value, inspector, texts) ? { value: variable.value } : undefined;
  }
  if (code?.kind === 'class' && code.definition.id?.name === name) return { value: fn };
  return globalVariable(name);
}

/**
 * Whether a variable will mean the same when the code runs. Objects count as settled: compilers assign decorated classes
 * to their variables a second time. Counters, flags and what is set later do not.
 */
function isSettled(
  fn: Function,
  name: string,
  value: unknown,
  inspector: FunctionInspector,
  texts: ScriptTexts,
): boolean {
  // The engine says undefined for what is not initialised yet, too.
  if (value === undefined) return false;
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) return true;
  const place = inspector.placeOf(fn);
  return place !== undefined && !texts.isReassigned(place.scriptId, name);
}

/** Other accessors may do anything when they are read. */
function globalVariable(name: string): FreeVariable | undefined {
  const variable = Object.getOwnPropertyDescriptor(globalThis, name);
  if (!variable) return undefined;
  if ('value' in variable) return { value: variable.value };
  return READ.has(name) ? { value: Reflect.get(globalThis, name) } : undefined;
}
