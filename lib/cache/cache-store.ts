/** Now, from a store in memory; later, from one behind a network. */
export type MaybePromise<T> = T | Promise<T>;

/** What is stored: only what JSON can hold, and never changed by who reads it. */
export type Body = string | number | boolean | null | readonly Body[] | { readonly [name: string]: Body };

/** A value with what must still hold for it to be used. */
export interface StoredValue {
  /**
   * Under which circumstances the body was read from the database: who reads it compares, and takes any other stamp for
   * a miss. Printable, without line breaks.
   */
  readonly stamp: string;
  readonly body: Body;
  /** Milliseconds until the store forgets it. */
  readonly ttl: number;
}

/** What a key holds. */
export type Slot =
  | {
      readonly state: 'value';
      readonly stamp: string;
      readonly body: Body;
      /** What a reader has made of the body, for the next one; kept by stores in memory alone. */
      decoded?: object;
    }
  /** Somebody reads the row from the database, to fill it in. */
  | { readonly state: 'lease'; readonly token: string }
  /** Somebody is about to commit, or has just committed, a change. */
  | { readonly state: 'tombstone' };

/** A key that a writer has marked, and what the key holds from now on, if the writer was alone. */
export interface Unmarked {
  readonly key: string;
  readonly value?: StoredValue;
}

/**
 * Where cached rows are kept. Every method is one atomic step for each of its keys; several keys need not be on one
 * server. A method rejects when the store cannot be reached or refuses: then nobody knows whether the step was done.
 */
export interface CacheStore {
  /**
   * Names the store's memory: another one when what it holds may be older than what was written to it, as after a
   * restart from a file. A part of every stamp. Undefined while the store is not connected.
   */
  readonly generation: string | undefined;

  /** What the keys hold, in their order; undefined: nothing. A value that cannot be read has the stamp `?`. */
  read(keys: readonly string[]): MaybePromise<readonly (Slot | undefined)[]>;

  /**
   * Leases a key that holds nothing, or a value of the stamp `unusable`.
   *
   * @returns what the key holds instead; undefined: the lease was granted
   */
  lease(key: string, token: string, ttl: number, unusable?: string): MaybePromise<Slot | undefined>;

  /** Puts a value where the key still holds this lease. False: it does not, and nothing was done. */
  fill(key: string, token: string, value: StoredValue): MaybePromise<boolean>;

  /** Gives a lease back without a value, where the key still holds it. */
  giveUp(key: string, token: string): MaybePromise<void>;

  /**
   * Puts a value where the key holds nothing, or a value whose stamp does not begin with `generation`.
   *
   * @returns what the key holds now
   */
  create(key: string, value: StoredValue): MaybePromise<Slot>;

  /**
   * Writes a writer onto the tombstone of each key, in place of a value or lease. Where another writer is on it already,
   * the tombstone is contended from now on. It lasts at least `ttl` milliseconds from now.
   */
  mark(keys: readonly string[], writer: string, ttl: number): MaybePromise<void>;

  /**
   * Takes a writer off the tombstone of each key. The last one that nobody has contended leaves its value, if it brings
   * one, else nothing. A writer that is not on it (any more): another's tombstone becomes contended, and a value or lease
   * goes, because it may be older than what the writer has committed.
   */
  unmark(keys: readonly Unmarked[], writer: string): MaybePromise<void>;

  /** Ends what the store has begun itself, such as a connection. */
  close(): Promise<void>;
}
