import { AsyncLocalStorage } from 'node:async_hooks';

/** One try of work that is repeated when it meets a conflict. */
interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  failed: boolean;
}

const attempts = new AsyncLocalStorage<Attempt>();

/**
 * Runs one try of work. When it fails, what its rolled-back transactions have read and made is lost.
 *
 * @param number 1 for the first
 */
export async function runAttempt<T>(number: number, work: () => Promise<T>): Promise<T> {
  const attempt: Attempt = { number, failed: false };
  try {
    return await attempts.run(attempt, work);
  } catch (error) {
    attempt.failed = true;
    throw error;
  }
}

/** One transaction of an attempt: what entities remember that were read or made in it. */
export class AttemptTransaction {
  rolledBack = false;
  readonly #attempt: Attempt;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  /** Whether the attempt has failed and this transaction of it was rolled back: what was read in it may never have been. */
  get isLost(): boolean {
    return this.rolledBack && this.#attempt.failed;
  }
}

/** Whether the current flow does again what has met a conflict. */
export function isRepeatedAttempt(): boolean {
  return (attempts.getStore()?.number ?? 1) > 1;
}

/** For a transaction that begins now; undefined outside of attempts. */
export function transactionOfAttempt(): AttemptTransaction | undefined {
  const attempt = attempts.getStore();
  return attempt && new AttemptTransaction(attempt);
}
