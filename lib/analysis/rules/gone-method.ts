import { whyGone } from './gone.js';
import type { Rule } from './rule.js';

/** RLC008: a method that needs the row is called on an instance that has none. */
export const goneMethod: Rule = {
  code: 'RLC008',
  name: 'gone-method',
  title: 'A method that needs the row is called on an instance that has none any more',
  severity: 'error',
  check: (event) =>
    event.type === 'goneUsed' && event.use === 'method'
      ? {
          message: `${event.entity.name}.${event.name}() is called ${whyGone(event.gone)}.`,
          fix: 'Call it while the row is there, or read the row again.',
        }
      : undefined,
};
