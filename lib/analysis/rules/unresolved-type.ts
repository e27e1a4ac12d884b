import type { Rule } from './rule.js';

/** RLC009: an answer shows a relation, but nobody knows as what. */
export const unresolvedType: Rule = {
  code: 'RLC009',
  name: 'unresolved-type',
  title: 'The class of a relation in an answer could not be found out',
  severity: 'warning',
  check: (event) =>
    event.type === 'unresolvedShown'
      ? {
          message: `${event.declared}: the class of ${event.view}.${event.property} could not be found out, so nobody can tell what the answer shows of ${event.entity.name}.${event.property}.`,
          fix: 'Name the class in a function, as in @Nested(() => UserResponse), and break the circular import.',
        }
      : undefined,
};
