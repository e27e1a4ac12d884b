import type { HistoryEntry } from './history-table.js';
import { EVERY_VOLUME } from './own-writes.js';
import { modelOf } from './universe.js';
import { operationOfTag, type WriteOperation } from './write-operation.js';

/** Milliseconds by which the clocks of the database and of a process may differ when they are read. */
const TOLERANCE_MS = 2;

/**
 * The operation that has made a state. A row that is gone carries no tag: then it is the one of its process that may
 * have deleted it at that time; of several, the one that was acknowledged last, against which the fewest reads are held.
 */
export function findOperation(
  entry: HistoryEntry,
  operations: ReadonlyMap<string, WriteOperation>,
): WriteOperation | undefined {
  const tag = entry.row?.tag ?? entry.operationTag;
  if (tag !== undefined) return operations.get(operationOfTag(tag));
  const candidates = [...operations.values()].filter((operation) => mayHaveDeleted(operation, entry));
  const stored = candidates.filter(({ end }) => end?.outcome !== 'failed' && end?.outcome !== 'rolled back');
  return (stored.length > 0 ? stored : candidates).reduce<WriteOperation | undefined>(
    (last, each) => (last && endOf(last) >= endOf(each) ? last : each),
    undefined,
  );
}

function mayHaveDeleted({ worker, begin, end }: WriteOperation, { worker: writer, wall, code }: HistoryEntry): boolean {
  if (worker !== writer || begin.wall > wall + TOLERANCE_MS) return false;
  if (end && end.wall < wall - TOLERANCE_MS) return false;
  return begin.removes.includes(code) || (modelOf(code) === 'volume' && begin.removes.includes(EVERY_VOLUME));
}

function endOf({ end }: WriteOperation): number {
  return end?.at ?? Infinity;
}
