/** A range of values, both ends included. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The middle of a sample: the median, and where the population's median lies with 95 % confidence. */
export interface Estimate extends Interval {
  readonly median: number;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = ascending(values);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The 95 % confidence interval of the median by order statistics: no assumption about the distribution. Below six
 * values no interval has that confidence; then it is the whole range.
 */
export function medianInterval(values: readonly number[]): Interval {
  if (values.length === 0) throw new RangeError('the interval of nothing');
  const sorted = ascending(values);
  const cut = valuesOutside(sorted.length);
  return { lower: sorted[cut], upper: sorted[sorted.length - 1 - cut] };
}

export function estimate(values: readonly number[]): Estimate {
  return { median: median(values), ...medianInterval(values) };
}

/** Round by round: what the one took for each unit that the other took. */
export function pairedRatios(numerators: readonly number[], denominators: readonly number[]): number[] {
  if (numerators.length !== denominators.length) throw new RangeError('pairs need two lists of the same length');
  return numerators.map((numerator, round) => numerator / denominators[round]);
}

/** A bound is broken when the ratio is above it beyond doubt: when the whole interval is. */
export function holds(ratio: Interval, bound: number): boolean {
  return ratio.lower <= bound;
}

/**
 * How many values to leave out at either end: the median lies below the k-th smallest of n values with the
 * probability that a fair coin shows fewer than k heads in n throws. The largest k for which that is at most 2.5 %.
 */
function valuesOutside(size: number): number {
  let probability = 0.5 ** size;
  let cumulated = probability;
  let cut = 0;
  while (cumulated <= 0.025) {
    cut += 1;
    probability *= (size - cut + 1) / cut;
    cumulated += probability;
  }
  return Math.max(0, cut - 1);
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
