import { setTimeout as later } from 'node:timers/promises';

/** Time and chance, as retries need them. */
export interface RetryTiming {
  /** Milliseconds since some moment. */
  now(): number;
  /** From 0 up to, but not including, 1. */
  random(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const realTiming: RetryTiming = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: (milliseconds) => later(milliseconds),
};
