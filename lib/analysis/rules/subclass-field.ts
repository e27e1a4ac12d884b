import { indefinite } from './how-to-load.js';
import type { Rule } from './rule.js';

/** RLC012: an answer must have a field that only some subclasses have. */
export const subclassField: Rule = {
  code: 'RLC012',
  name: 'subclass-field',
  title: 'An answer must have a field that only some subclasses have',
  severity: 'error',
  check: (event) =>
    event.type === 'subclassField'
      ? {
          message: `${event.declared}: ${event.view}.${event.field} is required, but ${indefinite(event.entity.name)} may be ${event.without.map(indefinite).join(' or ')}, which has no '${event.field}'.`,
          fix: `Make '${event.field}' optional in ${event.view}, answer with a class for each subclass, or query the subclass.`,
        }
      : undefined,
};
