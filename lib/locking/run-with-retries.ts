import { untracked } from '../relations/index.js';
import { runAttempt } from '../transactions/index.js';
import { kindOfEvent, type RetryPolicy } from './retry-policy.js';

/**
 * Runs work until it succeeds, its error is none of those that are retried, or the policy gives up: then the last error
 * goes on. Each attempt must be a transaction of its own.
 */
export async function runWithRetries<T>(method: string, policy: RetryPolicy, work: () => Promise<T>): Promise<T> {
  const { timing } = policy;
  const began = timing.now();
  for (let attempt = 1; ; attempt++) {
    let result: T;
    try {
      // What an attempt repeats on purpose is no N+1.
      result = await (attempt === 1 ? runAttempt(1, work) : untracked(() => runAttempt(attempt, work)));
    } catch (error) {
      const elapsed = timing.now() - began;
      const kind = kindOfEvent(error);
      const delay = policy.delayAfter(attempt, error, kind, elapsed);
      const outcome = delay === undefined ? 'failed' : 'retrying';
      policy.report({ method, attempt, outcome, kind, error, delay, elapsed });
      if (delay === undefined) throw error;
      await timing.sleep(delay);
      continue;
    }
    policy.report({ method, attempt, outcome: 'succeeded', elapsed: timing.now() - began });
    return result;
  }
}
