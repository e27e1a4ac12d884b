import type { ContestantName } from '../contestants/contestant.js';
import type { Venue } from '../contestants/venue.js';
import type { WorkloadName } from '../workloads/index.js';

export interface OpenRequest {
  kind: 'open';
  contestant: ContestantName;
  venue: Venue;
}

/** A number of operations, one after the other. */
export interface RunRequest {
  kind: 'time' | 'results';
  workload: WorkloadName;
  variant: string;
  firstStep: number;
  operations: number;
  turn: number;
}

/** Empties the contestant's cache. */
export interface ClearRequest {
  kind: 'clear';
}

/** So many reads of one row through the cache in Redis, all at once. */
export interface HerdRequest {
  kind: 'herd';
  variant: string;
  id: string;
  requests: number;
}

export interface CloseRequest {
  kind: 'close';
}

export type Request = OpenRequest | RunRequest | ClearRequest | HerdRequest | CloseRequest;

/** The names of a contestant's variants by workload, where it has a part: the answer to `open`. */
export type VariantNames = Partial<Record<WorkloadName, string[]>>;

/**
 * Nanoseconds (`time`), normal forms (`results`), variant names (`open`), statements that were sent to the database
 * (`herd`), or what went wrong.
 */
export type Reply = { value: unknown } | { failure: string };
