import type { CacheStore, MaybePromise } from './cache-store.js';
import { randomToken } from './random-token.js';
import { StepWatch } from './step-watch.js';
import { StoreUnavailable } from './store-unavailable.js';

const FIRST_PROBE_MS = 50;
const LAST_PROBE_MS = 1_000;

/** How often a store that is connecting for the first time is asked, and how long that is nothing to speak of. */
const FIRST_START_PROBE_MS = 5;
const QUIET_START_MS = 1_000;

/** Keys that are paid in one step, so that the step keeps within the timeout. */
const PAID_AT_ONCE = 100;

/** Where the gate says that it has closed, and that it is open again. */
export interface GateLog {
  warn(message: string): void;
  info(message: string): void;
}

/** Settings of the gate. */
export interface GateOptions {
  /** Milliseconds after which a step has failed. */
  readonly timeout: number;
  /** A key of the gate's own, to see whether the store takes writes. */
  readonly probeKey: string;
  /** Milliseconds for which a key that is being voided stays a tombstone if this process dies over it. */
  readonly tombstoneTtl: number;
  readonly log: GateLog;
}

/**
 * Stands in front of a store. The first step that fails or takes too long closes it: from then on every caller is told at
 * once. In the background it asks the store until it answers, voids what the store was not told meanwhile, and opens.
 */
export class StoreGate {
  readonly #store: CacheStore;
  readonly #options: GateOptions;
  readonly #watch: StepWatch;
  readonly #debts = new Set<string>();
  /** One for ever: what an attempt has marked that was not answered, the next one unmarks. */
  readonly #writer = randomToken();
  readonly #waiting = new Set<(isOpen: boolean) => void>();
  #isOpen = false;
  #isEnded = false;
  #isProbing = false;
  #serial = 0;
  /** Of the time while it is closed. */
  #closedAt = 0;
  #isLogged = false;
  #reason = 'not connected';
  #probeDelay = FIRST_START_PROBE_MS;
  #openedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: CacheStore, options: GateOptions) {
    this.#store = store;
    this.#options = options;
    this.#watch = new StepWatch(options.timeout);
    this.#closedAt = performance.now();
    this.#isOpen = store.generation !== undefined;
    if (!this.#isOpen) void this.#probe(QUIET_START_MS);
  }

  /** Whether steps are taken. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Names the store's memory at this moment; see `CacheStore.generation`. */
  get generation(): string | undefined {
    return this.#store.generation;
  }

  /** How often it has closed. */
  get serial(): number {
    return this.#serial;
  }

  /**
   * Takes a step of the store. What is there at once is returned as it is.
   *
   * @throws StoreUnavailable (or rejects with it) it is closed, or closes because the step has failed
   */
  call<T>(step: (store: CacheStore) => MaybePromise<T>): MaybePromise<T> {
    if (!this.#isOpen) throw new StoreUnavailable(this.#reason);
    let result: MaybePromise<T>;
    try {
      result = step(this.#store);
    } catch (error) {
      throw this.#failed(error);
    }
    return isPromise(result) ? this.#watch.add(result, this.#failed) : result;
  }

  /**
   * Keys that the store could not be told of: it is not used before each has lost its value. Without await: the gate is
   * closed when this returns.
   */
  owe(keys: Iterable<string>): void {
    for (const key of keys) this.#debts.add(key);
    if (this.#debts.size > 0 && this.#isOpen) {
      this.#close('invalidations are outstanding');
      void this.#probe(0);
    }
  }

  /** True as soon as it is open and nothing is owed; false after so many milliseconds, or when it is ended. */
  whenOpen(ms: number): Promise<boolean> {
    if (this.#isOpen || this.#isEnded) return Promise.resolve(this.#isOpen);
    return new Promise((resolve) => {
      const settle = (isOpen: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve(isOpen);
      };
      const timer = setTimeout(settle, ms, false);
      this.#waiting.add(settle);
    });
  }

  /** Stays closed from now on; the store itself is not closed. */
  close(): void {
    this.#isEnded = true;
    this.#isOpen = false;
    this.#reason = 'it was closed';
    clearTimeout(this.#timer);
    this.#watch.close();
    for (const settle of this.#waiting) settle(false);
  }

  readonly #failed = (error: unknown): StoreUnavailable => {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#isOpen) {
      this.#close(reason);
      this.#logClosed();
      this.#probeLater(0);
    }
    return new StoreUnavailable(reason, error);
  };

  #close(reason: string): void {
    const now = performance.now();
    this.#isOpen = false;
    this.#serial++;
    this.#closedAt = now;
    this.#isLogged = false;
    this.#reason = reason;
    // A store that comes and goes is asked less and less often.
    if (now - this.#openedAt > LAST_PROBE_MS) this.#probeDelay = FIRST_PROBE_MS;
  }

  #open(): void {
    this.#isOpen = true;
    this.#openedAt = performance.now();
    if (this.#isLogged) {
      const seconds = ((this.#openedAt - this.#closedAt) / 1_000).toFixed(1);
      this.#options.log.info(`The cache store is back after ${seconds} s.`);
    }
    for (const settle of this.#waiting) settle(true);
  }

  #logClosed(): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    this.#options.log.warn(
      `The cache store cannot be used (${this.#reason}): reads go to the database until it is back.`,
    );
  }

  /** @param quietMs how long it may stay closed without a word */
  #probeLater(quietMs: number): void {
    this.#timer = setTimeout(() => void this.#probe(quietMs), this.#probeDelay).unref();
    this.#probeDelay = Math.min(this.#probeDelay * 2, LAST_PROBE_MS);
  }

  async #probe(quietMs: number): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    try {
      await this.#write([this.#options.probeKey]);
      while (this.#debts.size > 0) await this.#pay();
      if (this.#store.generation === undefined) throw new Error('the connection was lost');
      if (!this.#isEnded) this.#open();
    } catch (error) {
      if (this.#isEnded) return;
      this.#reason = error instanceof Error ? error.message : String(error);
      if (performance.now() - this.#closedAt >= quietMs) this.#logClosed();
      this.#probeLater(quietMs);
    } finally {
      this.#isProbing = false;
    }
  }

  async #pay(): Promise<void> {
    const keys = [...this.#debts].slice(0, PAID_AT_ONCE);
    // Whoever owes one of them again while they are paid must be paid again.
    for (const key of keys) this.#debts.delete(key);
    try {
      await this.#write(keys);
    } catch (error) {
      for (const key of keys) this.#debts.add(key);
      throw error;
    }
  }

  /** Voids keys. Writes first: a server that is out of memory still deletes. */
  async #write(keys: readonly string[]): Promise<void> {
    const writer = this.#writer;
    await this.#step((store) => store.mark(keys, writer, this.#options.tombstoneTtl));
    await this.#step((store) =>
      store.unmark(
        keys.map((key) => ({ key })),
        writer,
      ),
    );
  }

  async #step(step: (store: CacheStore) => MaybePromise<void>): Promise<void> {
    const result = step(this.#store);
    if (isPromise(result)) await this.#watch.add(result, (error) => error);
  }
}

function isPromise<T>(result: MaybePromise<T>): result is Promise<T> {
  return typeof (result as { then?: unknown } | null | undefined)?.then === 'function';
}
