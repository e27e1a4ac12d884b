import type { Finding } from './finding.js';
import type { SuppressedFinding, Suppression } from './suppression.js';

/** What the analysis of an application has found. */
export interface Report {
  /** In the order of file and line; each once, however many handlers lead there. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Suppressions that cover nothing any more. */
  readonly stale: readonly Suppression[];
  /** Handlers at which the analysis itself failed, and why: about them nothing is known. */
  readonly unread: readonly string[];
  /** How many handlers there are. */
  readonly handlers: number;
}
