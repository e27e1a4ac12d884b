import { AsyncLocalStorage } from 'node:async_hooks';

/** What the cache did for one read or write, noted by whoever stands behind it. */
export interface OperationTrace {
  /** `hit`, `miss`, and reasons of bypasses, in their order. */
  readonly answers: string[];
  /** Whether the store has taken a writer off its tombstones, after COMMIT. */
  isUnmarked: boolean;
  /** Called when the store has taken tombstones, before COMMIT. */
  readonly onMarked: (() => void) | undefined;
}

const current = new AsyncLocalStorage<OperationTrace>();

/** Runs an operation of which everything below it notes what it does. */
export async function traced<T>(work: (trace: OperationTrace) => Promise<T>, onMarked?: () => void): Promise<T> {
  const trace: OperationTrace = { answers: [], isUnmarked: false, onMarked };
  return current.run(trace, () => work(trace));
}

/** The operation that the current flow belongs to. */
export function currentTrace(): OperationTrace | undefined {
  return current.getStore();
}
