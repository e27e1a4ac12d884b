import type { FuzzReport } from './run-fuzzer.js';

/** The report for the terminal. */
export function printReport({ options, tally, staleReads, violations, details, seconds }: FuzzReport): string {
  const { seed, mode, workers, without, cache } = options;
  const list = (prefix: string): string =>
    tally
      .list(prefix)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  return [
    ...details.map((detail) => `\n${detail}`),
    '',
    `${tally.operations} operations in ${seconds.toFixed(1)} s, ${workers} workers, ${mode}${without ? `, without ${without}` : ''}${cache ? '' : ', no cache'}`,
    `reads: ${tally.sum('reads: ')} (${list('reads: ')})`,
    `cache: ${list('cache: ')}`,
    `writes: ${tally.sum('writes: ')} (${list('writes: ')})`,
    `errors that had to be expected: ${list('errors: ')}`,
    `faults: ${tally.sum('faults: ')} (${list('faults: ')})`,
    `exempt reads (a tombstone was lost and its writer died): ${tally.get('exemptions')}`,
    `stale reads: ${staleReads}`,
    `violations: ${violations}`,
    `seed: ${seed} (it repeats every worker's program and the schedule of the faults; the timing is the machine's)`,
  ].join('\n');
}
