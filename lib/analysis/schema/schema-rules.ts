import type { RuleFacts } from '../rules/rule-facts.js';

/** The rules about tables. */
export const SCHEMA_RULES: readonly RuleFacts[] = [
  {
    code: 'SCH001',
    name: 'cascade-contradiction',
    title: 'What relations say about deletions contradicts itself, or does nothing',
    severity: 'error',
  },
  {
    code: 'SCH002',
    name: 'foreign-key-index',
    title: 'A foreign key has no index',
    severity: 'warning',
  },
];
