import type { Rule } from './rule.js';

/** RLC014: a method that needs a locked row is called on one that was read without a lock. */
export const requiresForUpdate: Rule = {
  code: 'RLC014',
  name: 'requires-for-update',
  title: 'A method that needs a locked row is called on a row without a lock',
  severity: 'error',
  check: (event) =>
    event.type === 'lockMissing'
      ? {
          message: `${event.entity.name}.${event.method}() has @RequiresForUpdate(), but ${event.origin.text} reads the row without a lock.`,
          fix: 'Read it with { withForUpdate: true } in the transaction, or with @ModelParam(…, { lock: true }).',
        }
      : undefined,
};
