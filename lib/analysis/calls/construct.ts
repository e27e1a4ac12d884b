import type { AnyNode } from 'acorn';
import { newEntity } from '../interpreter/entities.js';
import { elementOf } from '../interpreter/execute-statement.js';
import type { Run } from '../interpreter/run.js';
import {
  alternatives,
  isNullish,
  NOTHING,
  union,
  UNKNOWN,
  type FrameOfCode,
  type Value,
} from '../interpreter/value.js';

/** What `new` gives. */
export function constructObject(run: Run, type: Value, args: readonly Value[], node: AnyNode): Value {
  if (type.kind !== 'live' || typeof type.value !== 'function') {
    run.escape(...args);
    return UNKNOWN;
  }
  const fn = type.value;
  if (fn === Promise || fn.name === 'Promise') {
    const [executor] = args;
    if (executor) run.escape(executor);
    return UNKNOWN;
  }
  const metadata = run.metadataOf(fn);
  if (metadata) {
    const entity = newEntity(run, metadata, `new ${metadata.name}()`);
    run.escape(...args);
    return entity;
  }
  if (fn === Map || fn === Set || fn.name === 'Map' || fn.name === 'Set') return collection(run, fn.name, args[0]);
  // What is only thrown or written down changes nothing.
  if (fn.prototype instanceof Error || fn === Error) return UNKNOWN;
  return instanceOf(run, fn, args, node);
}

function collection(run: Run, kind: string, source: Value | undefined): Value {
  const element = source && !isNullish(source) ? elementOf(run, source) : NOTHING;
  if (kind === 'Set') return run.state.make({ kind: 'list', items: undefined, element, of: 'set' });
  const values = alternatives(element).map((pair) => {
    const cell = run.cellOf(pair);
    return cell?.kind === 'list' ? (cell.items?.[1] ?? cell.element) : UNKNOWN;
  });
  return run.state.make({
    kind: 'list',
    items: undefined,
    element: values.length > 0 ? union(values) : NOTHING,
    of: 'map',
  });
}

function instanceOf(run: Run, fn: Function, args: readonly Value[], node: AnyNode): Value {
  if (isPage(fn)) {
    const [items = UNKNOWN, count = UNKNOWN] = args;
    return run.state.make({
      kind: 'object',
      fields: new Map([
        ['items', items],
        ['count', count],
      ]),
      isOpen: false,
      type: fn,
    });
  }
  const code = run.reader.codeOf(run.reader.originalOf(fn));
  const isOwn = code?.kind === 'class' && !code.isForeign && code.node !== undefined;
  if (!isOwn || !code.node || extendsAnother(fn)) {
    const isSimple = code?.kind === 'class' && !code.isForeign && code.node === undefined;
    if (!isSimple) run.escape(...args);
    return run.state.make({ kind: 'object', fields: new Map(), isOpen: true, type: fn });
  }
  const object = run.state.make({ kind: 'object', fields: new Map(), isOpen: true, type: fn });
  const frame: FrameOfCode = { code, fn, self: object, home: fn.prototype as object, place: `new ${fn.name}` };
  run.enter(code.node, frame, object, args, node);
  return object;
}

function extendsAnother(fn: Function): boolean {
  const parent: unknown = Object.getPrototypeOf(fn);
  return typeof parent === 'function' && parent !== Function.prototype && parent.name !== '';
}

function isPage(fn: Function): boolean {
  for (let type: Function | null = fn; type; type = Object.getPrototypeOf(type) as Function | null) {
    if (type.name === 'ListResponse') return true;
  }
  return false;
}
