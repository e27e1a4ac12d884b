import type { RuleCode } from '../analysis/index.js';

/*
 * The codes are written here once more: the room of the analysis, with its parser, is loaded when the analysis runs and
 * not before. The type keeps both lists equal.
 */
const CODES: Readonly<Record<RuleCode, true>> = {
  RLC001: true,
  RLC002: true,
  RLC003: true,
  RLC005: true,
  RLC007: true,
  RLC008: true,
  RLC009: true,
  RLC010: true,
  RLC011: true,
  RLC012: true,
  RLC013: true,
  RLC014: true,
  SCH001: true,
  SCH002: true,
};

/** The codes of all rules. */
export const RULE_CODES = Object.keys(CODES) as readonly RuleCode[];

export function isRuleCode(value: unknown): value is RuleCode {
  return (RULE_CODES as readonly unknown[]).includes(value);
}
