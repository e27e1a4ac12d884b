import type { ContestantName } from '../contestants/contestant.js';
import type { Workload } from '../workloads/index.js';
import type { Measurement } from './measure.js';
import type { Runner } from './runner.js';
import { type Estimate, estimate, holds, median, pairedRatios } from './statistics.js';

/** What this module may cost at most, for each unit that plain TypeORM costs. */
export const BOUND = 1.15;

export interface VariantFigures {
  readonly contestant: ContestantName;
  readonly variant: string;
  /** Whether it is the fastest of its contestant, and so stands for it. */
  readonly isPair: boolean;
  /** For each operation. */
  readonly microseconds: Estimate;
  /** Paired with the raw driver's pair; undefined without it. */
  readonly toRaw?: Estimate;
}

export interface Verdict {
  /** This module's pair to plain TypeORM's pair. */
  readonly ratio: Estimate;
  readonly bound: number;
  readonly holds: boolean;
}

export interface WorkloadFigures {
  readonly title: string;
  readonly operationsInSample: number;
  readonly variants: readonly VariantFigures[];
  /** Undefined unless both took part. */
  readonly verdict?: Verdict;
}

export function compare(
  workload: Workload,
  runners: readonly Runner[],
  { operations, samples }: Measurement,
): WorkloadFigures {
  const pair = (contestant: ContestantName) => fastest(runners, samples, contestant);
  const raw = pair('raw');
  const typeorm = pair('typeorm');
  const module = pair('module');
  return {
    title: workload.title,
    operationsInSample: operations,
    variants: runners.map(({ contestant, variant }, index) => ({
      contestant,
      variant,
      isPair: samples[index] === pair(contestant),
      microseconds: estimate(samples[index].map((nanoseconds) => nanoseconds / 1_000)),
      toRaw: raw && estimate(pairedRatios(samples[index], raw)),
    })),
    verdict: module && typeorm && verdict(module, typeorm, workload.bound),
  };
}

function verdict(module: readonly number[], typeorm: readonly number[], bound = BOUND): Verdict {
  const ratio = estimate(pairedRatios(module, typeorm));
  return { ratio, bound, holds: holds(ratio, bound) };
}

/** The samples of the contestant's variant with the smallest median. */
function fastest(
  runners: readonly Runner[],
  samples: Measurement['samples'],
  name: ContestantName,
): readonly number[] | undefined {
  const own = samples.filter((_, index) => runners[index].contestant === name);
  return own.sort((a, b) => median(a) - median(b))[0];
}
