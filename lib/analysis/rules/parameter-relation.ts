import { indefinite, pathOf, wayTo } from './how-to-load.js';
import type { Rule } from './rule.js';

/** RLC005: an entity that comes as a parameter lacks a relation that the handler reads or its answer shows. */
export const parameterRelation: Rule = {
  code: 'RLC005',
  name: 'parameter-relation',
  title: 'An entity that comes as a parameter lacks a relation',
  severity: 'error',
  check(event) {
    if (event.type !== 'relationRead' && event.type !== 'relationShown') return undefined;
    if (event.origin.kind !== 'parameter' || (event.type === 'relationRead' && event.unloadedBy !== undefined))
      return undefined;
    if (event.type === 'relationRead' && event.how === 'truth') return undefined;
    const { entity, relation, origin } = event;
    const what = event.type === 'relationShown' ? `${event.declared}: ${event.view} shows` : 'The handler reads';
    return {
      message: `${what} ${pathOf(entity, relation)}, but ${origin.text} gives ${indefinite((origin.root ?? entity).name)} without ${wayTo(relation, origin)}.`,
      fix: `Load it where the parameter is read: @ModelParam(${(origin.root ?? entity).name}, …, { load: ['${wayTo(relation, origin)}'] }), or in the query of the pipe or guard.`,
    };
  },
};
