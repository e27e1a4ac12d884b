import type { Severity } from '../finding.js';
import type { AnalysisEvent } from '../interpreter/analysis-event.js';
import type { RuleCode } from './rule-code.js';

/** What a rule says of one place. */
export interface Words {
  /** What happens there, and why. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

/** One rule: what it looks at, and what it says. */
export interface Rule {
  readonly code: RuleCode;
  /** As its page is called: `unloaded-relation`. */
  readonly name: string;
  /** What it finds, in a sentence. */
  readonly title: string;
  readonly severity: Severity;
  check(event: AnalysisEvent): Words | undefined;
}
