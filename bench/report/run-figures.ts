import type { EngineName } from '../database/bench-database.js';
import type { HerdFigures } from '../herd/measure-herd.js';
import type { WorkloadFigures } from '../method/compare.js';
import type { Suite } from '../workloads/index.js';
import type { Machine } from './machine.js';

/** One suite on one engine. */
export interface EngineFigures {
  readonly engine: EngineName;
  /** The work on tables when missing. */
  readonly suite?: Suite;
  readonly settings: Readonly<Record<string, string>>;
  readonly workloads: readonly WorkloadFigures[];
}

/** What bench/results/latest.json holds. */
export interface RunFigures {
  readonly startedAt: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seed: number;
  readonly engines: readonly EngineFigures[];
  readonly herd?: HerdFigures;
}
