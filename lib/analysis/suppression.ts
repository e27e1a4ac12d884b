import type { Finding } from './finding.js';
import type { RuleCode } from './rules/rule-code.js';

/** A finding that somebody has looked at and wants to keep. */
export interface Suppression {
  readonly rule: RuleCode;
  /** Where: a class, `ArticleService`, or a method of one, `ArticleService.show`; an entity for findings about tables. */
  readonly place: string;
  /** Why it is right as it is. */
  readonly reason: string;
}

/** A finding that a suppression covers. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly suppression: Suppression;
}
