import type { Keeper } from '../database/keeper.js';
import type { Workload } from '../workloads/index.js';
import type { Runner } from './runner.js';

/** The tables as the workload begins with them, and nothing cached of what was in them before. */
export async function refill(workload: Workload, runners: readonly Runner[], keeper: Keeper): Promise<void> {
  await keeper.fill(workload);
  for (const process of new Set(runners.map(({ process }) => process))) await process.clear();
}
