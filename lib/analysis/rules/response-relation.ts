import { howToLoad, pathOf } from './how-to-load.js';
import type { Rule } from './rule.js';

/** RLC001: an answer shows a relation that its query does not load. */
export const responseRelation: Rule = {
  code: 'RLC001',
  name: 'response-relation',
  title: 'An answer shows a relation that its query does not load',
  severity: 'error',
  check: (event) =>
    event.type === 'relationShown' && event.origin.kind !== 'parameter'
      ? {
          message: `${event.declared}: ${event.view} shows ${pathOf(event.entity, event.relation)}, which ${event.origin.text} does not load.`,
          fix: howToLoad(event.relation, event.origin),
        }
      : undefined,
};
