import { describe, expect, it } from '@jest/globals';
import { analyseCombinations } from '../../support/analysis/combinations/analyse-combinations.js';
import { combinedControllers } from '../../support/analysis/combinations/combined-controllers.js';
import { SeededRandom } from '../../support/seeded-random.js';

/** Of all combinations; `SOAK=1` takes ten times as many. */
const SHARE = process.env['SOAK'] === '1' ? 0.4 : 0.04;

describe('every way to get an entity, to pass it on, and to read its relation', () => {
  it('is reported where the relation is not loaded, and only there', async () => {
    const random = new SeededRandom(6);
    const { handlers, ...faults } = await analyseCombinations(combinedControllers(() => random.chance(SHARE)));
    expect(faults).toEqual({ falseAlarms: [], missed: [], mislabelled: [] });
    expect(handlers).toBeGreaterThan(1_000);
  }, 600_000);
});
