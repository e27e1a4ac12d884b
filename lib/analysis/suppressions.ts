import type { Finding } from './finding.js';
import type { SuppressedFinding, Suppression } from './suppression.js';

/** Findings after suppressions have been applied. */
export interface Suppressed {
  /** Those that nothing covers, in their order. */
  readonly kept: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Suppressions that cover nothing. */
  readonly stale: readonly Suppression[];
}

/**
 * Takes out the findings that suppressions cover. Where several cover one, the first has it; the others are not stale,
 * because each would do alone.
 */
export function applySuppressions(findings: readonly Finding[], suppressions: readonly Suppression[]): Suppressed {
  const kept: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const used = new Set<Suppression>();
  for (const finding of findings) {
    const covering = suppressions.filter((suppression) => covers(suppression, finding));
    for (const suppression of covering) used.add(suppression);
    if (covering.length === 0) kept.push(finding);
    else suppressed.push({ finding, suppression: covering[0] });
  }
  return { kept, suppressed, stale: suppressions.filter((suppression) => !used.has(suppression)) };
}

/** A class covers its methods, and an entity what belongs to it. */
function covers({ rule, place }: Suppression, finding: Finding): boolean {
  return rule === finding.rule && (finding.place === place || finding.place.startsWith(`${place}.`));
}
