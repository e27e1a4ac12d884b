import type { RuleCode } from './rules/rule-code.js';

/** Where a finding is: in TypeScript where a source map says so, else in what runs. */
export interface Location {
  /** Path of the file, as the source map or the engine has it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** How sure a failure is: `error`: it happens when the code runs; `warning`: it costs, or surprises. */
export type Severity = 'error' | 'warning';

/** One fault that the analysis has found. */
export interface Finding {
  readonly rule: RuleCode;
  readonly severity: Severity;
  /** What happens there, and why. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  /** The method, function or entity where it is: `ArticleService.show`. */
  readonly place: string;
  /** The handlers from which the analysis came there: `ArticleController.read`. Empty for findings about tables. */
  readonly handlers: readonly string[];
  readonly location: Location | undefined;
}
