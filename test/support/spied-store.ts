import type { Body, CacheStore, Slot, StoredValue, Unmarked } from '../../lib/cache/cache-store.js';

/** What a store was told to keep, and what it says of it. */
export interface Spy {
  /** Everything that was ever stored, as JSON. */
  readonly stored: string[];
  /** Changes each body that is read from now on; undefined: none. */
  tamper: ((body: Body, key: string) => Body) | undefined;
}

interface PeekingStore extends CacheStore {
  peek?(key: string, now: number): Slot | undefined;
}

/** Watches a store, which stays what it is. */
export function spyOn(store: CacheStore): Spy {
  const spy: Spy = { stored: [], tamper: undefined };
  const { fill, unmark, read, peek } = store as PeekingStore;
  const note = (value: StoredValue | undefined): void => {
    if (value) spy.stored.push(JSON.stringify(value.body));
  };
  const shown = (key: string, slot: Slot | undefined): Slot | undefined => {
    const { tamper } = spy;
    if (!tamper || slot?.state !== 'value' || slot.body === null) return slot;
    return { state: 'value', stamp: slot.stamp, body: tamper(slot.body, key) };
  };
  const shownAll = (keys: readonly string[], slots: readonly (Slot | undefined)[]) =>
    slots.map((slot, index) => shown(keys[index], slot));
  return Object.assign(
    spy,
    void Object.assign(store, {
      fill: (key: string, token: string, value: StoredValue) => {
        note(value);
        return fill.call(store, key, token, value);
      },
      unmark: (keys: readonly Unmarked[], writer: string) => {
        for (const { value } of keys) note(value);
        return unmark.call(store, keys, writer);
      },
      read: (keys: readonly string[]) => {
        const slots = read.call(store, keys);
        return slots instanceof Promise ? slots.then((given) => shownAll(keys, given)) : shownAll(keys, slots);
      },
      ...(peek && { peek: (key: string, now: number) => shown(key, peek.call(store, key, now)) }),
    }),
  );
}
