import { howToLoad, pathOf } from './how-to-load.js';
import type { Rule } from './rule.js';

/** RLC003: a relation is read that was not loaded. */
export const unloadedRelation: Rule = {
  code: 'RLC003',
  name: 'unloaded-relation',
  title: 'A relation is read that was not loaded',
  severity: 'error',
  check(event) {
    if (event.type !== 'relationRead' || event.how !== 'value') return undefined;
    const { entity, relation, origin, unloadedBy } = event;
    if (unloadedBy !== undefined || origin.kind === 'parameter') return undefined;
    const why = origin.kind === 'query' ? 'does not load it' : 'was not given it';
    return {
      message: `${pathOf(entity, relation)} is read, but ${origin.text} ${why}.`,
      fix: howToLoad(relation, origin),
    };
  },
};
