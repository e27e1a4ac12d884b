import type { DataSourceOptions } from 'typeorm';
import type { Flavour } from './flavour.js';
import type { FuzzOptions } from './fuzz-options.js';

/** Steps of the store at which a worker can end, or stand still, by order. */
export type StoreStep = 'lease' | 'fill' | 'mark' | 'unmark';

/** A signal that a worker gives itself at its next step of this kind. */
export interface Ambush {
  readonly step: StoreStep;
  readonly moment: 'before' | 'after';
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** What a worker must know to begin. */
export interface WorkerSetup {
  readonly options: FuzzOptions;
  readonly slot: number;
  /** Counts the processes that have had this slot. */
  readonly incarnation: number;
  readonly database: DataSourceOptions;
  /** Port of the worker's own way to Redis. */
  readonly redisPort: number;
}

/** What the fuzzer tells a worker. */
export type Order =
  | { readonly type: 'set up'; readonly setup: WorkerSetup }
  /** Run the program, and log to this file. */
  | { readonly type: 'run'; readonly log: string; readonly flavour: Flavour }
  /** End what is under way, and begin nothing. Answered by `idle`. */
  | { readonly type: 'pause' }
  /** Read everything, twice. Answered by `has read all`. */
  | { readonly type: 'read all' }
  /** Read these rows often for a while, and do not write them: somebody died who was about to. */
  | { readonly type: 'watch'; readonly codes: readonly string[]; readonly milliseconds: number }
  /** Forgotten when nothing has come of it before this time of the common clock, in microseconds. */
  | { readonly type: 'ambush'; readonly ambush: Ambush; readonly until: number };

/** What a worker tells the fuzzer. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'idle' }
  | { readonly type: 'has read all'; readonly keys: number; readonly hits: number };
