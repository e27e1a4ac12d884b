import type { ContestantName } from '../contestants/contestant.js';
import type { ContestantProcess } from '../process/contestant-process.js';
import type { Workload } from '../workloads/index.js';

/** One way of one contestant to do a workload. */
export interface Runner {
  readonly contestant: ContestantName;
  readonly variant: string;
  readonly process: ContestantProcess;
}

export function runnersOf(workload: Workload, processes: readonly ContestantProcess[]): Runner[] {
  return processes.flatMap((process) =>
    (process.variants[workload.name] ?? []).map((variant) => ({ contestant: process.name, variant, process })),
  );
}
