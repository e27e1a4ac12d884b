import type { Keeper } from '../database/keeper.js';
import type { Workload } from '../workloads/index.js';
import { shuffled } from './random.js';
import { refill } from './refill.js';
import type { Runner } from './runner.js';

/** A sample lasts about so long for the slowest runner: far above the clock's grain and the scheduler's slices. */
const SAMPLE_NS = 25_000_000;

export interface Method {
  /** How often every runner has its turn. */
  readonly rounds: number;
  /** How long every runner runs before the first round, in milliseconds. */
  readonly warmUpMs: number;
  readonly random: () => number;
}

export interface Measurement {
  /** Operations in a sample: the same for every runner. */
  readonly operations: number;
  /** Nanoseconds for each operation, by round, in the order of the runners. */
  readonly samples: readonly (readonly number[])[];
}

/** Interleaved rounds: in each, every runner has one turn, in random order, at the same steps. */
export async function measure(
  workload: Workload,
  runners: readonly Runner[],
  keeper: Keeper,
  method: Method,
): Promise<Measurement> {
  let turn = 0;
  const sample = async ({ process, variant }: Runner, firstStep: number, operations: number) => {
    if (workload.addsArticles) await keeper.removeArticles();
    turn += 1;
    return process.time({ workload: workload.name, variant, firstStep, operations, turn });
  };

  await refill(workload, runners, keeper);
  const perOperation: number[] = [];
  for (const runner of runners) {
    if (workload.cachedInputs !== undefined) await sample(runner, 0, workload.cachedInputs);
    perOperation.push(await warmUp(workload, method, (count) => sample(runner, 0, count)));
  }
  const wanted = Math.round(SAMPLE_NS / Math.max(...perOperation));
  const operations = Math.max(1, Math.min(workload.maxOperations, wanted));

  const samples = runners.map((): number[] => []);
  const order = runners.map((_, index) => index);
  for (let round = 0; round < method.rounds; round += 1) {
    for (const index of shuffled(order, method.random)) {
      samples[index].push(await sample(runners[index], round * operations, operations));
    }
  }
  return { operations, samples };
}

/** @returns nanoseconds for each operation once the code is compiled and the caches are filled */
async function warmUp(
  workload: Workload,
  { warmUpMs }: Method,
  sample: (operations: number) => Promise<number>,
): Promise<number> {
  let elapsed = 0;
  let operations = 1;
  let perOperation: number;
  do {
    perOperation = await sample(operations);
    elapsed += perOperation * operations;
    operations = Math.min(workload.maxOperations, operations * 2);
  } while (elapsed < warmUpMs * 1e6);
  return perOperation;
}
