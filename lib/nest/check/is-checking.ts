import { AsyncLocalStorage } from 'node:async_hooks';

const CHECK = new AsyncLocalStorage<true>();

/** Does work in which an application is made to be looked at and not to run. */
export function whileChecking<Result>(work: () => Result): Result {
  return CHECK.run(true, work);
}

/** Whether the application that is being made will only be looked at: what it is made of should not connect then. */
export function isChecking(): boolean {
  return CHECK.getStore() === true;
}
