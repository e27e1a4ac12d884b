import type { Finding } from './finding.js';
import type { SuppressedFinding, Suppression } from './suppression.js';

/** What the analysis of an application has found. */
export interface Report {
  /** In the order of file and line; each once, however many handlers lead there. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Suppressions that cover nothing any more. */
  readonly stale: readonly Suppression[];
  /** How many handlers were read. */
  readonly handlers: number;
}
