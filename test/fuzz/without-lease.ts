import { SeededRandom } from '../support/seeded-random.js';
import type { CacheStore, StoredValue, Unmarked } from '../../lib/cache/cache-store.js';
import { passThrough } from './pass-through.js';
import { pause } from './pause.js';

/** Longest milliseconds that a value is on its way. */
const LONGEST = 100;

/**
 * A store that takes every value that a reader brings, whether its lease still holds or not. So that this happens often,
 * all values come from readers, and some are slow.
 */
export function withoutLease(inner: CacheStore, seed: number): CacheStore {
  const random = new SeededRandom(seed);
  let writers = 0;
  return passThrough(inner, {
    fill: async (key: string, token: string, value: StoredValue): Promise<boolean> => {
      if (random.chance(0.5)) await pause(random.next() * LONGEST);
      if (await inner.fill(key, token, value)) return true;
      const writer = `${process.pid}-${writers++}`;
      await inner.mark([key], writer, value.ttl);
      await inner.unmark([{ key, value }], writer);
      return true;
    },
    unmark: async (keys: readonly Unmarked[], writer: string): Promise<void> =>
      inner.unmark(
        keys.map(({ key }) => ({ key })),
        writer,
      ),
  });
}
