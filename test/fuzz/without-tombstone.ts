import type { CacheStore, Unmarked } from '../../lib/cache/cache-store.js';
import { passThrough } from './pass-through.js';

/** A store that hears of a write only after its COMMIT, and then just deletes. */
export function withoutTombstone(inner: CacheStore): CacheStore {
  return passThrough(inner, {
    mark: async (): Promise<void> => undefined,
    unmark: async (keys: readonly Unmarked[], writer: string): Promise<void> =>
      inner.unmark(
        keys.map(({ key }) => ({ key })),
        writer,
      ),
  });
}
