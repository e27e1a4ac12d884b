import type { LoadReport } from './run-load.js';

/** The report for the terminal. */
export function printReport({ tally, faults, retries, milliseconds }: LoadReport): string {
  const seconds = milliseconds / 1000;
  const acknowledged = tally.acknowledgedInAll;
  return [
    `${acknowledged} operations acknowledged in ${seconds.toFixed(1)} s, ${Math.round(acknowledged / seconds)} a second`,
    ...list(tally.acknowledged),
    'Conflicts that a client saw',
    ...list(tally.conflicts),
    'Refused by a rule of the shop',
    ...list(tally.refused),
    'Retries that no client saw',
    ...list(retries),
    faults.length === 0 ? 'The books balance.' : `The books are wrong, ${faults.length} times:`,
    ...faults.slice(0, 50).map((fault) => `  ${fault}`),
  ].join('\n');
}

function list(counts: ReadonlyMap<string, number>): string[] {
  if (counts.size === 0) return ['  none'];
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => `  ${name}: ${count}`);
}
