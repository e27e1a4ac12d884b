import type { ContestantName } from '../contestants/contestant.js';
import type { BenchDatabase } from '../database/bench-database.js';
import type { WorkloadName } from '../workloads/index.js';

export interface OpenRequest {
  kind: 'open';
  contestant: ContestantName;
  database: BenchDatabase;
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

export interface CloseRequest {
  kind: 'close';
}

export type Request = OpenRequest | RunRequest | CloseRequest;

/** The names of a contestant's variants by workload, where it has a part: the answer to `open`. */
export type VariantNames = Partial<Record<WorkloadName, string[]>>;

/** Nanoseconds (`time`), normal forms (`results`), variant names (`open`), or what went wrong. */
export type Reply = { value: unknown } | { failure: string };
