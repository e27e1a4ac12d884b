import type { PastFault } from './fault.js';
import type { LogRecord } from './log-record.js';
import type { EpochFacts, Violation } from './oracle.js';
import type { RowState, Timeline } from './timeline.js';

/** Microseconds around a read in which faults are listed. */
const AROUND = 3_000_000;
const OPERATIONS = 25;

/** A violation with everything that helps to understand it. Times in milliseconds before (-) or after the read began. */
export function describeViolation(violation: Violation, facts: EpochFacts, timeline: Timeline | undefined): string {
  const { text, read, reader, missedOperation } = violation;
  if (!read || !timeline) return text;
  const { code } = timeline;
  const at = (time: number): string => `${((time - read.began) / 1_000).toFixed(1)} ms`;
  const { kind, wanted, offset, limit, snapshot, own, cache, ended } = read;
  const transaction = snapshot === undefined ? '' : `, snapshot of ${at(snapshot)}`;
  const lines = [
    text,
    `  the read: ${kind} ${JSON.stringify(wanted)} offset ${offset} limit ${limit ?? 'none'} by ${reader}, ended ${at(ended)}${transaction}${own ? `, own ${JSON.stringify(own)}` : ''}, the cache said ${cache.join(', ') || 'nothing'}`,
    ...(missedOperation
      ? [`  what it misses: ${describeOperation(missedOperation.end ?? missedOperation.begin, at)}`]
      : []),
    `  states of ${code}:`,
    ...statesAround(timeline, violation.complaint?.missed).map(({ row, operation, began, visibility }) => {
      const state = row ? row.tag : 'deleted';
      return `    ${state} by ${operation}: begun ${at(began)}, acknowledged ${at(visibility.acknowledged)}, must be seen ${at(visibility.others)}`;
    }),
    `  operations on ${code} before it ended:`,
    ...operationsOn(code, ended, facts).map(([worker, record]) => `    ${worker} ${describeRecord(record, code, at)}`),
    '  faults around:',
    ...facts.faults
      .filter(({ began, ended: end }) => began < read.ended + AROUND && end > read.began - AROUND)
      .map((past) => `    ${describeFault(past, at)}`),
    ...[...facts.deaths]
      .filter(([, time]) => Math.abs(time - read.began) < AROUND)
      .map(([worker, time]) => `    ${worker} died ${at(time)}`),
  ];
  return lines.join('\n');
}

function operationsOn(code: string, until: number, { logs }: EpochFacts): [worker: string, record: LogRecord][] {
  const all: [number, string, LogRecord][] = [];
  for (const [worker, records] of logs) {
    const named = new Set<string>();
    for (const record of records) {
      if (record.type === 'read' && record.rows?.some((row) => row.code === code || row.loaded?.code === code)) {
        all.push([record.ended, worker, record]);
      } else if (record.type === 'read' && record.wanted.code === code) {
        all.push([record.ended, worker, record]);
      } else if (record.type === 'begin' && (record.codes.includes(code) || record.removes.includes(code))) {
        named.add(record.operation);
        all.push([record.at, worker, record]);
      } else if (record.type === 'end' && named.has(record.operation)) {
        all.push([record.at, worker, record]);
      }
    }
  }
  return all
    .filter(([time]) => time <= until)
    .sort(([left], [right]) => left - right)
    .slice(-OPERATIONS)
    .map(([, worker, record]) => [worker, record]);
}

function describeRecord(record: LogRecord, code: string, at: (time: number) => string): string {
  if (record.type !== 'read') return describeOperation(record, at);
  const row = record.rows?.flatMap((each) => [each, each.loaded ?? each]).find((each) => each.code === code);
  return `read ${record.kind} ${JSON.stringify(record.wanted)} ${at(record.began)} to ${at(record.ended)}: ${row?.tag ?? 'no row'} (${record.cache.join(', ')})`;
}

function describeOperation(record: LogRecord, at: (time: number) => string): string {
  if (record.type === 'begin') return `begins ${record.what} ${record.operation} ${at(record.at)}`;
  if (record.type !== 'end') return record.type;
  const told = record.isTold ? '' : ', the store was not told';
  return `ends ${record.operation} ${at(record.at)}: ${record.outcome} ${record.error ?? ''}${told}`;
}

function describeFault({ fault, began, ended }: PastFault, at: (time: number) => string): string {
  return `${JSON.stringify(fault)} ${at(began)} to ${at(ended)}`;
}

/** The state that the read misses, with some before and after it. */
function statesAround({ states }: Timeline, missed: RowState | undefined): readonly RowState[] {
  const index = missed ? states.indexOf(missed) : states.length;
  return states.slice(Math.max(0, index - 4), index + 4);
}
