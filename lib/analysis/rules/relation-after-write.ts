import { pathOf } from './how-to-load.js';
import type { Rule } from './rule.js';

/** RLC002: a relation is read after a write that has unloaded it. */
export const relationAfterWrite: Rule = {
  code: 'RLC002',
  name: 'relation-after-write',
  title: 'A relation is read after a write that has unloaded it',
  severity: 'error',
  check(event) {
    if (event.type !== 'relationRead' || event.how !== 'value') return undefined;
    const { entity, relation, unloadedBy } = event;
    if (unloadedBy === undefined) return undefined;
    return {
      message: `${pathOf(entity, relation)} is read, but ${unloadedBy} changed its foreign key and has unloaded it.`,
      fix: `Let the write load it (load: ['${relation}'] in its options), or read the row again with it.`,
    };
  },
};
