import { beforeAll, describe, expect, it } from '@jest/globals';
import { DATABASES } from '../support/databases.js';
import { EXCLUSIONS } from '../support/typeorm-unchanged/exclusions.js';
import {
  INTENDED_DIFFERENCES,
  type IntendedDifference,
  type Place,
} from '../support/typeorm-unchanged/intended-differences.js';
import type { Outcome } from '../support/typeorm-unchanged/outcome.js';
import { publicMethods } from '../support/typeorm-unchanged/public-methods.js';
import { runVariants, type Runs } from '../support/typeorm-unchanged/run-variants.js';
import { SCENARIOS } from '../support/typeorm-unchanged/scenarios.js';

/*
 * An application that has grown on plain TypeORM does the same things with this library and without it: what TypeORM
 * sends, gives and leaves behind is compared, scenario by scenario. Differences are intended, and listed, or faults.
 */

class WithField {
  field: unknown;
}
const define = Object.hasOwn(new WithField(), 'field');
const scenarios = Object.keys(SCENARIOS);

let runs: Runs;
beforeAll(async () => {
  runs = await runVariants(DATABASES, define);
}, 300_000);

/** What came of a scenario without this library, and with it. */
function outcomesAt({ engine, variant, scenario }: Place): [plain: Outcome, extended: Outcome] {
  return [runs.off.engines[engine].scenarios[scenario], runs[variant].engines[engine].scenarios[scenario]];
}

function without(differences: readonly IntendedDifference[], outcome: Outcome): Outcome {
  return differences.reduce((left, difference) => difference.without(left), outcome);
}

describe('the scenarios', () => {
  it('call every public method of TypeORM, or say why not', () => {
    const called = runs.off.called ?? [];
    expect(publicMethods().filter((method) => !called.includes(method) && !(method in EXCLUSIONS))).toEqual([]);
  });

  it('leave nothing out that they call, or that is not there', () => {
    const called = runs.off.called ?? [];
    const excluded = Object.keys(EXCLUSIONS);
    expect(excluded.filter((method) => called.includes(method) || !publicMethods().includes(method))).toEqual([]);
  });

  it('are found where TypeORM has them', () => {
    expect(publicMethods()).toEqual(
      expect.arrayContaining([
        'Repository.find',
        'TreeRepository.find',
        'TreeRepository.findTrees',
        'EntityManager.transaction',
        'SelectQueryBuilder.getMany',
        'SelectQueryBuilder.clone',
        'RelationQueryBuilder.loadMany',
      ]),
    );
    expect(publicMethods()).not.toContain('SelectQueryBuilder.buildWhere');
  });

  it('run without this library, and with it', () => {
    const patched = Object.fromEntries(Object.entries(runs).map(([variant, run]) => [variant, run.patched]));
    expect(patched).toEqual({ off: false, all: true, models: true });
  });
});

describe.each(DATABASES)('on $name', ({ name: engine }) => {
  it.each([
    ['off', 'undefined'],
    ['all', 'RelationNotLoadedError'],
    ['models', 'undefined'],
  ] as const)('a relation that was not loaded is, with the variant %s, %s', (variant, unloaded) => {
    expect(runs[variant].engines[engine].unloaded).toBe(unloaded);
  });

  describe.each(['all', 'models'] as const)('with the library, %s guarded', (variant) => {
    it.each(scenarios)('%s', (scenario) => {
      const place: Place = { engine, variant, scenario, define };
      const [plain, extended] = outcomesAt(place);
      expect(plain.problem).toBeUndefined();
      const intended = INTENDED_DIFFERENCES.filter((difference) => difference.concerns(place));
      const [one, other] = [without(intended, plain), without(intended, extended)];
      // The text tells the order of properties, too; the objects tell where they differ.
      if (JSON.stringify(other) !== JSON.stringify(one)) expect(other).toEqual(one);
      expect(JSON.stringify(other)).toBe(JSON.stringify(one));
    });
  });
});

describe.each(INTENDED_DIFFERENCES)('intended: $reason', (intended) => {
  const places = DATABASES.flatMap(({ name: engine }) =>
    (['all', 'models'] as const).flatMap((variant) =>
      scenarios.map((scenario): Place => ({ engine, variant, scenario, define })),
    ),
  ).filter((place) => intended.concerns(place));

  (places.length > 0 ? it : it.skip)('is met', () => {
    const others = INTENDED_DIFFERENCES.filter((difference) => difference !== intended);
    const isMet = (place: Place): boolean => {
      const rest = others.filter((difference) => difference.concerns(place));
      const [plain, extended] = outcomesAt(place).map((outcome) => JSON.stringify(without(rest, outcome)));
      return plain !== extended;
    };
    expect(places.some(isMet)).toBe(true);
  });
});
