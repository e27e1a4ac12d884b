import { describe, expect, it } from '@jest/globals';
import { normalForm } from '../../bench/method/normal-form.js';
import { seededRandom, shuffled } from '../../bench/method/random.js';
import { estimate, holds, median, medianInterval, pairedRatios } from '../../bench/method/statistics.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('the statistics of the benchmarks', () => {
  describe('median', () => {
    it('is the middle value, whatever the order', () => {
      expect(median([9, 1, 5])).toBe(5);
    });

    it('is between the two middle values of an even number', () => {
      expect(median([4, 1, 3, 100])).toBe(3.5);
    });

    it('sorts numbers as numbers, and leaves the list as it was', () => {
      const values = [10, 9, 100];
      expect(median(values)).toBe(10);
      expect(values).toEqual([10, 9, 100]);
    });

    it('does not exist for no values', () => {
      expect(() => median([])).toThrow(RangeError);
    });
  });

  describe('interval of the median', () => {
    // From tables of the binomial distribution: the ranks whose interval has at least 95 %.
    it.each([
      [6, 1, 6],
      [9, 2, 8],
      [15, 4, 12],
      [25, 8, 18],
      [51, 19, 33],
      [100, 40, 61],
    ])('of %i values goes from the rank %i to the rank %i', (count, lower, upper) => {
      expect(medianInterval(upTo(count))).toEqual({ lower, upper });
    });

    it('is the whole range where no interval has 95 %', () => {
      expect(medianInterval([3, 1, 2])).toEqual({ lower: 1, upper: 3 });
      expect(medianInterval([7])).toEqual({ lower: 7, upper: 7 });
    });

    it('does not follow outliers', () => {
      expect(medianInterval([...upTo(49), 1e6, 1e9]).upper).toBe(33);
    });

    it('contains the median of the population in at least 95 % of the samples', () => {
      const random = seededRandom(7);
      const hits = upTo(2_000).filter(() => {
        const { lower, upper } = medianInterval(upTo(31).map(() => random() ** 3));
        return lower <= 0.125 && upper >= 0.125;
      });
      expect(hits.length / 2_000).toBeGreaterThan(0.945);
    });
  });

  it('estimates with the median and its interval', () => {
    expect(estimate(upTo(9))).toEqual({ median: 5, lower: 2, upper: 8 });
  });

  describe('paired ratios', () => {
    it('compare round by round, so that what slows a whole round down cancels', () => {
      expect(pairedRatios([2, 20, 200], [1, 10, 100])).toEqual([2, 2, 2]);
    });

    it('need pairs', () => {
      expect(() => pairedRatios([1, 2], [1])).toThrow(RangeError);
    });
  });

  it('a bound is broken when the whole interval is above it', () => {
    expect(holds({ lower: 1.1, upper: 1.2 }, 1.15)).toBe(true);
    expect(holds({ lower: 1.15, upper: 1.3 }, 1.15)).toBe(true);
    expect(holds({ lower: 1.16, upper: 1.3 }, 1.15)).toBe(false);
  });

  describe('random order', () => {
    it('is the same for the same seed, and another for another', () => {
      const order = (seed: number) => shuffled(upTo(20), seededRandom(seed));
      expect(order(1)).toEqual(order(1));
      expect(order(1)).not.toEqual(order(2));
    });

    it('keeps every item, and gives each the first place equally often', () => {
      const random = seededRandom(3);
      const firsts = new Map<number, number>();
      for (let round = 0; round < 3_000; round += 1) {
        const order = shuffled([1, 2, 3], random);
        expect(order.toSorted()).toEqual([1, 2, 3]);
        firsts.set(order[0], (firsts.get(order[0]) ?? 0) + 1);
      }
      for (const count of firsts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
    });
  });

  it('two results are equal when their data is: classes, order of keys and keys without a value do not count', () => {
    class Article {
      title = 'a';
      author = undefined;
      createdAt = new Date(0);
    }
    const row = { createdAt: new Date(0), title: 'a' };
    expect(JSON.stringify(normalForm([new Article()]))).toBe(JSON.stringify(normalForm([row])));
    expect(normalForm({ at: new Date(0) })).not.toEqual(normalForm({ at: new Date(0).toISOString() }));
    expect(normalForm({ count: null })).not.toEqual(normalForm({}));
  });
});
