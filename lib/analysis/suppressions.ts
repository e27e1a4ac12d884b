import type { Finding } from './finding.js';
import type { SuppressedFinding, Suppression } from './suppression.js';

/** A suppression of a method that other classes inherit: findings name the class of the object. */
export interface InheritedSuppression extends Suppression {
  /** The method in the classes that inherit it: `ArticleService.show`. */
  readonly inheritedAs?: readonly string[];
}

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
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly InheritedSuppression[],
): Suppressed {
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

function covers({ rule, place, inheritedAs = [] }: InheritedSuppression, finding: Finding): boolean {
  return rule === finding.rule && [place, ...inheritedAs].some((one) => isAt(finding.place, one));
}

/** A class has its methods, and an entity what belongs to it. */
function isAt(place: string, suppressed: string): boolean {
  return place === suppressed || place.startsWith(`${suppressed}.`);
}
