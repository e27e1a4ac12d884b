/** What the cache promises while a writer cannot reach the store, as `cache.strict` says. */
export type FuzzMode = 'strict' | 'relaxed';

/** A part of the protocol that is left out, to see that the oracle misses it. */
export type LeftOut = 'lease' | 'tombstone';

/** What a run of the fuzzer is told. */
export interface FuzzOptions {
  readonly seed: number;
  readonly mode: FuzzMode;
  /** Processes at the same time. */
  readonly workers: number;
  /** The run ends with the epoch in which it has done so many reads and writes… */
  readonly operations: number;
  /** …or that begins after so many seconds. */
  readonly seconds: number;
  /** Seconds of operations and faults between two moments of quiet, at which everything is read and checked. */
  readonly epochSeconds: number;
  readonly without: LeftOut | undefined;
  /** False: every read goes to the database, so that the oracle itself is checked. */
  readonly cache: boolean;
}

/** Milliseconds of the cache's own options: short, so that what expires does so many times in a run. */
export const TIMES = { tombstoneTtl: 1_500, leaseTtl: 500, leaseWait: 100, timeout: 300 } as const;

/** Seconds for which both models are cached: longer than an epoch has quiet, so that nothing wrong just expires. */
export const CACHE_TTL = 8;

/** Operations that each worker has under way at the same time. */
export const LANES = 4;
