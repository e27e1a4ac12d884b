import { whyGone } from './gone.js';
import type { Rule } from './rule.js';

/** RLC010: an instance that stands for no row, or for that of an earlier attempt, is passed to a write. */
export const gonePassed: Rule = {
  code: 'RLC010',
  name: 'gone-passed',
  title: 'An instance that stands for no row any more is passed on',
  severity: 'error',
  check(event) {
    if (event.type !== 'goneUsed' || event.use !== 'passed') return undefined;
    const { entity, gone, name } = event;
    return {
      message: `The ${entity.name} is passed to ${name} ${whyGone(gone)}.`,
      fix:
        gone.how === 'attempt'
          ? 'Read it again inside the method that is retried: take its key as the argument.'
          : 'Make a new object of its values, or read the row again.',
    };
  },
};
