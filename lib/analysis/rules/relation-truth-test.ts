import { howToLoad, pathOf } from './how-to-load.js';
import type { Rule } from './rule.js';

/** RLC011: a condition asks whether a relation is there that was not loaded. */
export const relationTruthTest: Rule = {
  code: 'RLC011',
  name: 'relation-truth-test',
  title: 'A condition asks whether a relation is there that was not loaded',
  severity: 'error',
  check: (event) =>
    event.type === 'relationRead' && event.how === 'truth'
      ? {
          message: `The condition asks for ${pathOf(event.entity, event.relation)}, but ${event.unloadedBy ?? event.origin.text} ${event.unloadedBy === undefined ? 'does not load it' : 'has unloaded it'}: not loaded is not the same as not there.`,
          fix: howToLoad(event.relation, event.origin),
        }
      : undefined,
};
