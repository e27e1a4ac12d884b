import type { Rule } from './rule.js';

/** RLC013: what was read before a `yield` is written after it. */
export const afterYield: Rule = {
  code: 'RLC013',
  name: 'after-yield',
  title: 'An entity that was read before a yield is written after it',
  severity: 'error',
  check: (event) =>
    event.type === 'usedAfterYield'
      ? {
          message: `The ${event.entity.name} from ${event.origin.text} is passed to ${event.by} after a yield: whoever takes the values decides how long that takes, and which transaction is open then.`,
          fix: 'Write before the yield, or read the row again after it.',
        }
      : undefined,
};
