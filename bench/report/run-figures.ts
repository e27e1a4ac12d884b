import type { EngineName } from '../database/bench-database.js';
import type { WorkloadFigures } from '../method/compare.js';
import type { Machine } from './machine.js';

export interface EngineFigures {
  readonly engine: EngineName;
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
}
