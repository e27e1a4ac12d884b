import type { AnyNode } from 'acorn';
import { placeOf } from '../interpreter/read-property.js';
import type { Run } from '../interpreter/run.js';
import { State } from '../interpreter/state.js';
import { isNullish, UNDEFINED, UNKNOWN, union, type Value } from '../interpreter/value.js';

/**
 * `then`, `catch` and `finally` of what will be a value: an awaited value is the value. Undefined: it is none of these.
 */
export function callPromiseMethod(
  run: Run,
  object: Value,
  name: string,
  args: readonly Value[],
  node: AnyNode,
): Value | undefined {
  const [first = UNDEFINED, second = UNDEFINED] = args;
  const isOther = object.kind === 'live' && placeOf(object.value, name) !== undefined;
  if (isOther || (object.kind === 'cell' && ['builder', 'blank'].includes(run.cellOf(object)?.kind ?? '')))
    return undefined;
  if (name === 'then' && args.length > 0) {
    if (isNullish(first)) return object;
    const before = run.state.fork();
    const result = run.call(first, UNDEFINED, [object], node);
    if (isNullish(second)) return result;
    const after = run.state;
    run.state = before;
    const failed = run.call(second, UNDEFINED, [UNKNOWN], node);
    run.state = State.join([after, run.state]);
    return union([result, failed]);
  }
  if (name === 'catch' && args.length === 1) {
    const before = run.state.fork();
    const caught = run.call(first, UNDEFINED, [UNKNOWN], node);
    const isEnded = !run.state.isReachable;
    run.state = State.join([before, run.state]);
    return isEnded ? object : union([object, caught]);
  }
  if (name === 'finally' && args.length === 1) {
    run.call(first, UNDEFINED, [], node);
    return object;
  }
  return undefined;
}
