import type { AnyNode } from 'acorn';
import { MAYBE, relationOf } from '../interpreter/cell.js';
import { listOf, tupleOf } from '../interpreter/entities.js';
import { itemsOf, stringOf } from '../interpreter/literals.js';
import { assignTo } from '../interpreter/patterns.js';
import type { Run } from '../interpreter/run.js';
import { alternatives, constant, UNDEFINED, UNKNOWN, union, type Value } from '../interpreter/value.js';

/** Objects of the language that only look at what they are given. */
const PURE = ['JSON', 'Math', 'console', 'Number', 'String', 'Boolean', 'Date', 'Symbol', 'Reflect', 'Intl', 'BigInt'];

/**
 * What a function of the language gives that is called as `object.name(…)`; undefined: it is none of those that are
 * known.
 */
export function callOfLanguage(
  run: Run,
  object: object,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value | undefined {
  const [first = UNDEFINED, second = UNDEFINED] = args;
  switch (globalName(object)) {
    case 'Promise':
      return callPromise(run, name, first);
    case 'Object':
      return callObject(run, name, args);
    case 'Array':
      if (name === 'isArray') return UNKNOWN;
      if (name === 'of') return tupleOf(run, args);
      if (name === 'from') {
        const cell = run.cellOf(first);
        const element = cell?.kind === 'list' ? cell.element : UNKNOWN;
        const isMapped = second.kind === 'closure' || second.kind === 'live';
        return listOf(run, isMapped ? run.call(second, UNDEFINED, [element, UNKNOWN], node) : element);
      }
      return undefined;
    case 'Reflect':
      if (name === 'apply') return run.call(first, second, itemsOf(run, args[2] ?? UNDEFINED) ?? [UNKNOWN], node);
      if (name === 'set') assignTo(run, first, stringOf(second), args[2] ?? UNDEFINED, true);
      if (name === 'has' || name === 'ownKeys') markAsked(run, first, name === 'has' ? second : UNDEFINED);
      return UNKNOWN;
    case undefined:
      return isLogger(object) ? UNDEFINED : undefined;
    default:
      return UNKNOWN;
  }
}

function globalName(object: object): string | undefined {
  const names = ['Promise', 'Object', 'Array', ...PURE];
  const byIdentity = names.find((name) => (globalThis as Record<string, unknown>)[name] === object);
  if (byIdentity !== undefined) return byIdentity;
  // In another context of the same process, such as that of a test, the language has objects of its own.
  const own = typeof object === 'function' ? object.name : undefined;
  return own !== undefined && names.includes(own) && /\[native code\]/.test(Function.prototype.toString.call(object))
    ? own
    : undefined;
}

/** Loggers write down what they are given. */
function isLogger(object: object): boolean {
  return typeof object !== 'function' && /Logger(Service)?$/.test(object.constructor?.name ?? '');
}

function callPromise(run: Run, name: string, first: Value): Value {
  switch (name) {
    case 'all':
      return first;
    case 'race':
    case 'any': {
      const items = itemsOf(run, first);
      const cell = run.cellOf(first);
      return items ? union(items) : cell?.kind === 'list' ? cell.element : UNKNOWN;
    }
    case 'resolve':
      return first;
    // Somebody may catch it: what follows may run.
    case 'reject':
      return UNKNOWN;
    case 'allSettled': {
      const cell = run.cellOf(first);
      const settled = (value: Value): Value =>
        run.state.make({ kind: 'object', fields: new Map([['value', value]]), isOpen: true, type: undefined });
      if (cell?.kind !== 'list') return UNKNOWN;
      return cell.items ? tupleOf(run, cell.items.map(settled)) : listOf(run, settled(cell.element));
    }
    default:
      return UNKNOWN;
  }
}

function callObject(run: Run, name: string, args: readonly Value[]): Value {
  const [target = UNDEFINED, ...sources] = args;
  switch (name) {
    case 'assign':
      for (const source of sources) assignAll(run, target, source);
      return target;
    case 'freeze':
    case 'seal':
      return target;
    case 'defineProperty': {
      const property = stringOf(sources[0] ?? UNDEFINED);
      assignTo(run, target, property, UNKNOWN, true);
      return target;
    }
    case 'hasOwn':
    case 'keys':
    case 'entries':
    case 'values':
    case 'getOwnPropertyNames':
      markAsked(run, target, name === 'hasOwn' ? (sources[0] ?? UNDEFINED) : UNDEFINED);
      return name === 'values' || name === 'entries' ? valuesOf(run, target, name === 'entries') : UNKNOWN;
    case 'fromEntries':
    case 'create':
    case 'setPrototypeOf':
      return UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** What the fields of an object of which all are known hold. */
function valuesOf(run: Run, object: Value, isPaired: boolean): Value {
  const cell = run.cellOf(object);
  if (cell?.kind !== 'object' || cell.isOpen) return UNKNOWN;
  const values = [...cell.fields].map(([name, value]) => (isPaired ? tupleOf(run, [constant(name), value]) : value));
  return tupleOf(run, values);
}

/** Somebody looks which relations are there before reading them; without a name, all of them. */
export function markAsked(run: Run, value: Value, name: Value): void {
  const cell = run.entityOf(value);
  if (!cell) return;
  const asked = stringOf(name);
  const isAsked = (relation: string): boolean => asked === undefined || asked === relation;
  const relations = new Map(cell.relations);
  for (const { propertyPath } of cell.metadata.relations) {
    if (isAsked(propertyPath) && relationOf(cell, propertyPath).is === 'unloaded') relations.set(propertyPath, MAYBE);
  }
  run.setCell(value, { ...cell, relations });
}

/** Gives an object the properties of another. */
export function assignAll(run: Run, target: Value, source: Value): void {
  const targets = alternatives(target);
  for (const one of targets) {
    const given = alternatives(source).length === 1 ? run.cellOf(source) : undefined;
    if (given?.kind === 'object') {
      for (const [name, value] of given.fields) assignTo(run, one, name, value, targets.length === 1);
      if (!given.isOpen) continue;
    }
    if (given?.kind === 'entity') {
      for (const [name, state] of given.relations) {
        if (state.is === 'loaded') assignTo(run, one, name, state.value, targets.length === 1);
      }
    }
    const now = run.cellOf(one);
    if (source.kind === 'constant') continue;
    if (now?.kind === 'entity') {
      const relations = new Map(
        [...now.relations].map(([name, state]) => [name, state.is === 'unloaded' ? MAYBE : state]),
      );
      run.setCell(one, { ...now, relations, others: MAYBE });
    } else if (now?.kind === 'object') {
      run.setCell(one, { ...now, isOpen: true });
    }
  }
}
