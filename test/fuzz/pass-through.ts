import type { CacheStore } from '../../lib/cache/cache-store.js';

/** A store that does what another does, but for these methods. */
export function passThrough(inner: CacheStore, methods: Partial<CacheStore>): CacheStore {
  return {
    get generation() {
      return inner.generation;
    },
    read: (keys) => inner.read(keys),
    lease: (...args) => inner.lease(...args),
    fill: (...args) => inner.fill(...args),
    giveUp: (...args) => inner.giveUp(...args),
    create: (...args) => inner.create(...args),
    mark: (...args) => inner.mark(...args),
    unmark: (...args) => inner.unmark(...args),
    close: () => inner.close(),
    ...methods,
  };
}
