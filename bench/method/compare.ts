import type { ContestantName } from '../contestants/contestant.js';
import type { EngineName } from '../database/bench-database.js';
import type { Bound, Workload } from '../workloads/index.js';
import { boundsOf } from './bounds.js';
import type { Measurement } from './measure.js';
import type { Runner } from './runner.js';
import { type Estimate, estimate, holds, median, pairedRatios } from './statistics.js';

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

/** This module's pair to another contestant's pair, and whether it keeps to a bound. */
export interface Verdict {
  readonly bound: Bound;
  readonly ratio: Estimate;
  readonly holds: boolean;
}

export interface WorkloadFigures {
  readonly title: string;
  readonly operationsInSample: number;
  readonly variants: readonly VariantFigures[];
  /** This module's pair to plain TypeORM's pair; undefined unless both took part. */
  readonly toTypeOrm?: Estimate;
  /** One for each bound whose two sides took part. */
  readonly verdicts: readonly Verdict[];
}

export function compare(
  workload: Workload,
  engine: EngineName,
  runners: readonly Pick<Runner, 'contestant' | 'variant'>[],
  { operations, samples }: Measurement,
): WorkloadFigures {
  const pair = (contestant: ContestantName) => fastest(runners, samples, contestant);
  const raw = pair('raw');
  const module = pair('module');
  const moduleTo = (other: ContestantName) => {
    const samplesOfOther = pair(other);
    return module && samplesOfOther && estimate(pairedRatios(module, samplesOfOther));
  };
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
    toTypeOrm: moduleTo('typeorm'),
    verdicts: boundsOf(workload, engine).flatMap((bound) => {
      const ratio = moduleTo(bound.to);
      return ratio ? [{ bound, ratio, holds: holds(ratio, bound.most) }] : [];
    }),
  };
}

/** The samples of the contestant's variant with the smallest median. */
function fastest(
  runners: readonly Pick<Runner, 'contestant'>[],
  samples: Measurement['samples'],
  name: ContestantName,
): readonly number[] | undefined {
  const own = samples.filter((_, index) => runners[index].contestant === name);
  return own.sort((a, b) => median(a) - median(b))[0];
}
