import type { CacheEvent } from './cache-options.js';
import type { Body } from './cache-store.js';
import type { CachedModel } from './cached-model.js';

/** Something that can be read from the cache, or else from the database. */
export interface CacheRequest<Result> {
  readonly model: CachedModel;
  readonly kind: CacheEvent['kind'];
  /** What the keys of the table begin with. */
  readonly base: string;
  readonly key: string;
  /** The epoch under which it is valid. */
  readonly epochKey: string;
  /** The epoch under which it is valid that there is nothing; undefined: the result is never nothing. */
  readonly nothingKey: string | undefined;
  /** Reads it from the primary database. */
  fetch(): Promise<Result>;
  /** Undefined: it is not stored. Null: there is nothing. */
  encode(result: Result): Body | undefined;
  /** Undefined: the body does not fit. */
  decode(body: Body): Result | undefined;
}

/** The cache has no answer: the caller reads the database. */
export const BYPASS = Symbol('bypass');
