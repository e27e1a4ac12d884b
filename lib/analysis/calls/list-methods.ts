import type { AnyNode } from 'acorn';
import type { ListCell } from '../interpreter/cell.js';
import { listOf, objectOf, oneOf, orNull } from '../interpreter/entities.js';
import type { Run } from '../interpreter/run.js';
import { State } from '../interpreter/state.js';
import {
  alternatives,
  isNullish,
  UNDEFINED,
  UNKNOWN,
  union,
  type CellValue,
  type Value,
} from '../interpreter/value.js';

/** What a method of a list gives, whose function is called for what each element is. */
export function callListMethod(
  run: Run,
  list: CellValue,
  cell: ListCell,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value {
  const [first = UNDEFINED, second = UNDEFINED] = args;
  const each = (fn: Value): Value =>
    callForEach(run, fn, [cell.element, UNKNOWN, list], node, ['map', 'forEach', 'flatMap', 'filter'].includes(name));
  if (cell.of) {
    const given = callCollectionMethod(run, list, cell, name, args);
    if (given) return given;
  }
  switch (name) {
    case 'map':
      if (cell.items && cell.items.length <= 8 && first.kind === 'closure') {
        const items = cell.items.map((item) => run.call(first, UNDEFINED, [item, UNKNOWN, list], node));
        return run.state.make({ kind: 'list', items, element: items.length > 0 ? union(items) : UNKNOWN });
      }
      return listOf(run, each(first));
    case 'flatMap':
      return listOf(run, flat(run, each(first)));
    case 'flat':
      return listOf(run, flat(run, cell.element));
    case 'filter':
      each(first);
      return isNullish(first) ? list : listOf(run, present(cell.element));
    case 'sort':
    case 'toSorted':
      callForEach(run, first, [cell.element, cell.element], node);
      return list;
    case 'slice':
    case 'reverse':
    case 'toReversed':
    case 'values':
      return listOf(run, cell.element);
    case 'concat':
      return listOf(run, union([cell.element, ...args.map((one) => flat(run, one))]));
    case 'find':
    case 'findLast':
      each(first);
      return orNull(oneOf(run, cell.element));
    case 'at':
    case 'pop':
    case 'shift':
      return cell.items && first.kind === 'constant' && first.value === 0
        ? (cell.items[0] ?? UNDEFINED)
        : orNull(oneOf(run, cell.element));
    case 'forEach':
    case 'some':
    case 'every':
    case 'findIndex':
    case 'findLastIndex':
      each(first);
      return UNKNOWN;
    case 'reduce':
    case 'reduceRight': {
      const start = args.length > 1 ? second : cell.element;
      const result = callForEach(run, first, [start, cell.element, UNKNOWN, list], node);
      return union([start, result]);
    }
    case 'splice': {
      const removed = listOf(run, cell.element);
      run.setCell(list, { ...cell, items: undefined, element: union([cell.element, ...args.slice(2)]) });
      return removed;
    }
    case 'fill':
      run.setCell(list, { ...cell, items: undefined, element: union([cell.element, first]) });
      return list;
    case 'push':
    case 'unshift':
      run.setCell(list, {
        kind: 'list',
        items: undefined,
        element: cell.items?.length === 0 ? union(args) : union([cell.element, ...args]),
      });
      return UNKNOWN;
    case 'next':
      return objectOf(run, { value: cell.element, done: UNKNOWN });
    case 'entries':
      return listOf(run, run.state.make({ kind: 'list', items: [UNKNOWN, cell.element], element: cell.element }));
    default:
      for (const argument of args) if (argument.kind === 'closure') run.call(argument, UNDEFINED, [UNKNOWN], node);
      return UNKNOWN;
  }
}

/** What maps and sets have, and arrays have not. */
function callCollectionMethod(
  run: Run,
  list: CellValue,
  cell: ListCell,
  name: string,
  args: readonly Value[],
): Value | undefined {
  const [first = UNDEFINED, second = UNDEFINED] = args;
  switch (name) {
    case 'get':
      return orNull(oneOf(run, cell.element));
    case 'set':
    case 'add':
      run.setCell(list, { ...cell, element: union([cell.element, name === 'set' ? second : first]) });
      return list;
    case 'values':
      return listOf(run, cell.element);
    case 'has':
    case 'delete':
    case 'clear':
    case 'keys':
      return UNKNOWN;
    default:
      return undefined;
  }
}

/** Calls a function for none or more elements. */
function callForEach(run: Run, fn: Value, args: readonly Value[], node: AnyNode, isForAll = false): Value {
  if (fn.kind !== 'closure' && fn.kind !== 'live' && fn.kind !== 'method') return UNKNOWN;
  const before = run.state.fork();
  const result = run.call(fn, UNDEFINED, args, node);
  const after = run.state;
  run.state = State.join([before, after]);
  // Every element has been through the function: what it is now holds for all of them.
  const [element] = args;
  const cell = isForAll && after.isReachable && element.kind === 'cell' ? after.cell(element.id) : undefined;
  if (cell) run.setCell(element, cell);
  return result;
}

function flat(run: Run, value: Value): Value {
  return union(
    alternatives(value).map((one) => {
      const cell = run.cellOf(one);
      return cell?.kind === 'list' ? cell.element : one;
    }),
  );
}

function present(value: Value): Value {
  const found = alternatives(value).filter((one) => !isNullish(one));
  return found.length > 0 ? union(found) : value;
}
