import type { RuleCode } from '../rules/rule-code.js';
import type { RuleFacts } from '../rules/rule-facts.js';
import { RULES } from '../rules/rules.js';
import { SCHEMA_RULES } from '../schema/schema-rules.js';

/** All rules, in the order of their codes. */
export const EVERY_RULE: readonly RuleFacts[] = [...RULES, ...SCHEMA_RULES];

/** The page of a rule, in the repository of this library: `docs/reference/analysis/rlc-003.md`. */
export function pageOf(code: RuleCode): string {
  return `docs/reference/analysis/${code.slice(0, 3).toLowerCase()}-${code.slice(3)}.md`;
}
