import { beforeAll, describe, expect, it } from '@jest/globals';
import { DATABASES } from '../support/databases.js';
import { EXCLUSIONS } from '../support/typeorm-unchanged/exclusions.js';
import { INTENDED_DIFFERENCES, type Place } from '../support/typeorm-unchanged/intended-differences.js';
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
}, 120_000);

describe('the scenarios', () => {
  it('call every public method of TypeORM, or say why not', () => {
    const called = runs.recorded.called ?? [];
    expect(publicMethods().filter((method) => !called.includes(method) && !(method in EXCLUSIONS))).toEqual([]);
  });

  it('leave nothing out that they call, or that is not there', () => {
    const called = runs.recorded.called ?? [];
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
    expect(patched).toEqual({ off: false, all: true, models: true, recorded: false });
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
    const outcomes = (place: Place): [plain: Outcome, extended: Outcome] => [
      runs.off.engines[engine].scenarios[place.scenario],
      runs[variant].engines[engine].scenarios[place.scenario],
    ];
    const placeOf = (scenario: string): Place => ({ engine, variant, scenario, define });

    it.each(scenarios)('%s', (scenario) => {
      const place = placeOf(scenario);
      const [plain, extended] = outcomes(place);
      expect(plain.problem).toBeUndefined();
      const intended = INTENDED_DIFFERENCES.filter((difference) => difference.concerns(place));
      const same = (outcome: Outcome) => intended.reduce((left, { without }) => without(left), outcome);
      const [one, other] = [same(plain), same(extended)];
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
    const met = places.filter((place) => {
      const rest = others.filter((difference) => difference.concerns(place));
      const [plain, extended] = (['off', place.variant] as const).map((variant) =>
        JSON.stringify(
          rest.reduce(
            (outcome, { without }) => without(outcome),
            runs[variant].engines[place.engine].scenarios[place.scenario],
          ),
        ),
      );
      return plain !== extended;
    });
    expect(met.length).toBeGreaterThan(0);
  });
});
