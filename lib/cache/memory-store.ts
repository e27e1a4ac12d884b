import type { CacheStore, Slot, StoredValue, Unmarked } from './cache-store.js';

/** What the memory holds for one key. */
interface Entry {
  /** Handed out as it is. */
  readonly slot: Slot;
  /** When it ends: milliseconds as in Date.now(). */
  readonly end: number;
  /** Whether it was read since the hand came by. */
  used: boolean;
  /** Of a tombstone: its writers, each with the time when its mark ends. */
  readonly writers?: Map<string, number>;
  /** Of a tombstone: whether a writer ever joined another. */
  readonly isContended?: boolean;
}

const TOMBSTONE: Slot = { state: 'tombstone' };

/** Two to remove expired entries faster than new ones come. */
const SWEPT_PER_ENTRY = 2;

/**
 * The cache in the memory of this process; every step is synchronous. Bodies are kept as they are, not copied. When there
 * are too many values, one goes that was not read lately (a clock with a second chance); leases and tombstones never go
 * for room.
 */
export class MemoryStore implements CacheStore {
  /** One for ever: what this memory holds ends with the process. */
  readonly generation = '';

  readonly #entries = new Map<string, Entry>();
  readonly #maxEntries: number;
  #values = 0;
  #hand: MapIterator<[string, Entry]>;

  /** @param options.maxEntries values that are kept */
  constructor({ maxEntries }: { readonly maxEntries: number }) {
    this.#maxEntries = maxEntries;
    this.#hand = this.#entries.entries();
  }

  read(keys: readonly string[]): readonly (Slot | undefined)[] {
    const now = Date.now();
    const slots: (Slot | undefined)[] = [];
    for (let index = 0; index < keys.length; index++) {
      const entry = this.#entries.get(keys[index]);
      if (entry !== undefined && entry.end > now) {
        entry.used = true;
        slots.push(entry.slot);
      } else {
        slots.push(undefined);
      }
    }
    return slots;
  }

  /** What one key holds. */
  peek(key: string, now: number): Slot | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.end <= now) return undefined;
    entry.used = true;
    return entry.slot;
  }

  lease(key: string, token: string, ttl: number, unusable?: string): Slot | undefined {
    const now = Date.now();
    const held = this.#held(key, now)?.slot;
    if (held !== undefined && !(held.state === 'value' && held.stamp === unusable)) {
      return held.state === 'lease' && held.token === token ? undefined : held;
    }
    this.#put(key, { slot: { state: 'lease', token }, end: now + ttl, used: false }, now);
    return undefined;
  }

  fill(key: string, token: string, value: StoredValue): boolean {
    const now = Date.now();
    if (!isLease(this.#held(key, now), token)) return false;
    this.#put(key, valueEntry(value, now), now);
    return true;
  }

  giveUp(key: string, token: string): void {
    const held = this.#held(key, Date.now());
    if (isLease(held, token)) this.#remove(key, held);
  }

  create(key: string, value: StoredValue): Slot {
    const now = Date.now();
    const held = this.#held(key, now)?.slot;
    if (held !== undefined) return held;
    const entry = valueEntry(value, now);
    this.#put(key, entry, now);
    return entry.slot;
  }

  mark(keys: readonly string[], writer: string, ttl: number): void {
    const now = Date.now();
    for (const key of keys) {
      const held = this.#held(key, now);
      const writers = new Map(held?.writers);
      const own = writers.get(writer) ?? 0;
      writers.delete(writer);
      const isContended = held?.isContended === true || writers.size > 0;
      dropEnded(writers, now);
      writers.set(writer, Math.max(own, now + ttl));
      this.#put(key, tombstone(writers, isContended), now);
    }
  }

  unmark(keys: readonly Unmarked[], writer: string): void {
    const now = Date.now();
    for (const { key, value } of keys) {
      const held = this.#held(key, now);
      if (held === undefined) continue;
      const writers = new Map(held.writers);
      const wasOn = writers.delete(writer);
      dropEnded(writers, now);
      const isContended = !wasOn || held.isContended === true;
      if (writers.size > 0) this.#put(key, tombstone(writers, isContended), now);
      else if (value !== undefined && !isContended) this.#put(key, valueEntry(value, now), now);
      else this.#remove(key, held);
    }
  }

  async close(): Promise<void> {
    this.#entries.clear();
    this.#values = 0;
  }

  #held(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.end > now ? entry : undefined;
  }

  #put(key: string, entry: Entry, now: number): void {
    const before = this.#entries.get(key);
    if (before?.slot.state === 'value') this.#values--;
    if (entry.slot.state === 'value') this.#values++;
    this.#entries.set(key, entry);
    for (let step = 0; step < SWEPT_PER_ENTRY; step++) this.#sweep(now, false);
    while (this.#values > this.#maxEntries) this.#sweep(now, true);
  }

  #remove(key: string, entry: Entry): void {
    if (entry.slot.state === 'value') this.#values--;
    this.#entries.delete(key);
  }

  /** Moves the hand on by one entry, and removes that one where it has ended, or may go for room. */
  #sweep(now: number, forRoom: boolean): void {
    let next = this.#hand.next();
    if (next.done) {
      this.#hand = this.#entries.entries();
      next = this.#hand.next();
      if (next.done) return;
    }
    const [key, entry] = next.value;
    const mayGo = entry.end <= now || (forRoom && entry.slot.state === 'value' && !entry.used);
    if (mayGo) this.#remove(key, entry);
    else if (forRoom) entry.used = false;
  }
}

function valueEntry({ stamp, body, ttl }: StoredValue, now: number): Entry {
  // Used: what has just come is not the first to go.
  return { slot: { state: 'value', stamp, body }, end: now + ttl, used: true };
}

function tombstone(writers: Map<string, number>, isContended: boolean): Entry {
  return { slot: TOMBSTONE, end: Math.max(...writers.values()), used: false, writers, isContended };
}

function isLease(entry: Entry | undefined, token: string): entry is Entry {
  return entry?.slot.state === 'lease' && entry.slot.token === token;
}

/**
 * Takes writers off that have died, so that they cannot keep a row, which others go on writing, out of the cache. Who is
 * left has been contended by them.
 */
function dropEnded(writers: Map<string, number>, now: number): void {
  for (const [writer, end] of writers) if (end <= now) writers.delete(writer);
}
