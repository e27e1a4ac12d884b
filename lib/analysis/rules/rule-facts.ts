import type { Rule } from './rule.js';

/** What people are told of a rule. */
export type RuleFacts = Pick<Rule, 'code' | 'name' | 'title' | 'severity'>;
