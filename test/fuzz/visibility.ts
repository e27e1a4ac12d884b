import type { Fault, PastFault } from './fault.js';
import { CACHE_TTL, type FuzzOptions, TIMES } from './fuzz-options.js';
import type { WriteOperation } from './write-operation.js';

/** From when on a commit must be seen, in microseconds of the common clock. */
export interface Visibility {
  /** Name of the process that has written. */
  readonly worker: string;
  /** By the process itself. */
  readonly acknowledged: number;
  /** By all others. */
  readonly others: number;
  /** By all others, if the contract knew no double fault. */
  readonly strict: number;
}

/** For the clocks and queues of a machine that is busy. */
const MARGIN = 400_000;

const TOMBSTONE = TIMES.tombstoneTtl * 1_000 + MARGIN;
const ENTRY = CACHE_TTL * 1_000_000 + MARGIN;

/** What the contract says about the commit of an operation. */
export function visibilityOf(
  operation: WriteOperation,
  { mode }: FuzzOptions,
  death: number | undefined,
  faults: readonly PastFault[],
): Visibility {
  const { worker, end, isMarked, began } = operation;
  if (end) {
    const isLate = mode === 'relaxed' && !end.isTold;
    const others = isLate ? end.at + ENTRY : end.at;
    return { worker, acknowledged: end.at, others, strict: others };
  }
  if (death === undefined) throw new Error(`${operation.name} has not ended, and its process lives`);
  if (mode === 'relaxed' && !isMarked) {
    return { worker, acknowledged: Infinity, others: death + ENTRY, strict: death + ENTRY };
  }
  const strict = death + TOMBSTONE;
  const lost = isTombstoneLost(worker, began, strict, faults);
  return { worker, acknowledged: Infinity, others: lost ? death + ENTRY : strict, strict };
}

/**
 * The double fault of the contract: Redis loses a tombstone, and its writer dies before it could set it again or take
 * it off. A writer that stands still for longer than its tombstone lives, and then goes on and dies, loses it as well.
 */
function isTombstoneLost(worker: string, began: number, until: number, faults: readonly PastFault[]): boolean {
  return faults.some((past) => past.began <= until && past.ended >= began && losesTombstones(past.fault, worker));
}

function losesTombstones(fault: Fault, worker: string): boolean {
  switch (fault.kind) {
    case 'kill redis':
    case 'flush':
    case 'evict':
      return true;
    case 'stop worker':
      return fault.ends === 'continued' && worker.startsWith(`${fault.slot}.`);
    default:
      return false;
  }
}
