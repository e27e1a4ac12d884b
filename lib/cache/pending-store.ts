import type { CacheStore, MaybePromise, Slot, StoredValue, Unmarked } from './cache-store.js';

/** A store that is being made: not connected until it is there, and then that store. */
export class PendingStore implements CacheStore {
  #store: CacheStore | undefined;
  #isClosed = false;
  readonly #coming: Promise<unknown>;

  constructor(coming: Promise<CacheStore>) {
    this.#coming = coming.then(async (store) => {
      if (this.#isClosed) await store.close();
      else this.#store = store;
    });
    // Whoever waits for it hears of it by `ready()`.
    this.#coming.catch(() => undefined);
  }

  get generation(): string | undefined {
    return this.#store?.generation;
  }

  /** Rejects when the store cannot be made at all, such as without its package. */
  async ready(): Promise<void> {
    await this.#coming;
  }

  read(keys: readonly string[]): MaybePromise<readonly (Slot | undefined)[]> {
    return this.#there().read(keys);
  }

  lease(key: string, token: string, ttl: number, unusable?: string): MaybePromise<Slot | undefined> {
    return this.#there().lease(key, token, ttl, unusable);
  }

  fill(key: string, token: string, value: StoredValue): MaybePromise<boolean> {
    return this.#there().fill(key, token, value);
  }

  giveUp(key: string, token: string): MaybePromise<void> {
    return this.#there().giveUp(key, token);
  }

  create(key: string, value: StoredValue): MaybePromise<Slot> {
    return this.#there().create(key, value);
  }

  mark(keys: readonly string[], writer: string, ttl: number): MaybePromise<void> {
    return this.#there().mark(keys, writer, ttl);
  }

  unmark(keys: readonly Unmarked[], writer: string): MaybePromise<void> {
    return this.#there().unmark(keys, writer);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#store?.close();
  }

  #there(): CacheStore {
    if (this.#store) return this.#store;
    throw new Error('it is not connected yet');
  }
}
