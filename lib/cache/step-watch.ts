/** So late are timers always. */
const UNREMARKABLE_MS = 5;

/** Late timers in a row after which the process has to live with its load, and so have the steps. */
const SPARED_TIMES = 3;

/** A step that has not ended yet. */
interface Pending {
  /** When it began, on the watch's clock. */
  readonly start: number;
  readonly expire: () => void;
}

/**
 * Ends the wait for steps that take too long, with one timer for all of them, which runs only while there are any.
 *
 * Its clock stands still while the event loop of this process is blocked, and starts again with a full wait: what nobody
 * could send or read is not late.
 */
export class StepWatch {
  readonly #timeout: number;
  /** In the order of their start. */
  readonly #pending = new Set<Pending>();
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #waited = 0;
  #blocked = 0;
  #lateTimes = 0;

  /** @param timeout milliseconds */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** The result of a step; or it rejects with what `translate` makes of the step's error, or of its being too slow. */
  add<T>(step: Promise<T>, translate: (error: unknown) => unknown): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- errors are translated to errors
      const fail = (error: unknown): void => reject(translate(error));
      const pending: Pending = {
        start: this.#now(),
        expire: () => fail(new Error(`no answer within ${this.#timeout} ms`)),
      };
      this.#pending.add(pending);
      if (this.#timer === undefined) this.#wait(this.#timeout);
      step.then(
        (value) => {
          this.#pending.delete(pending);
          resolve(value);
        },
        (error: unknown) => {
          // One that has expired is history: what became of it says nothing about now.
          if (this.#pending.delete(pending)) fail(error);
        },
      );
    });
  }

  /** Ends all waiting. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#expire(Infinity);
  }

  #now(): number {
    return performance.now() - this.#blocked;
  }

  #wait(ms: number): void {
    this.#due = performance.now() + ms;
    this.#waited = ms;
    this.#timer = setTimeout(this.#look, ms).unref();
  }

  readonly #look = (): void => {
    const late = performance.now() - this.#due;
    this.#lateTimes = late > UNREMARKABLE_MS ? this.#lateTimes + 1 : 0;
    if (this.#lateTimes > 0) this.#blocked += late;
    if (this.#lateTimes > 0 && this.#lateTimes <= SPARED_TIMES) this.#blocked += this.#waited;
    const limit = this.#now() - this.#timeout;
    if (this.#isOlder(limit)) {
      // After the timers the loop reads the sockets: answers that are there already come first.
      setImmediate(this.#expire, limit);
    } else {
      this.#goOn();
    }
  };

  readonly #expire = (limit: number): void => {
    for (const pending of this.#pending) {
      if (pending.start > limit) break;
      this.#pending.delete(pending);
      pending.expire();
    }
    this.#goOn();
  };

  #isOlder(limit: number): boolean {
    const [oldest] = this.#pending;
    return oldest !== undefined && oldest.start <= limit;
  }

  #goOn(): void {
    const [oldest] = this.#pending;
    if (oldest === undefined) this.#timer = undefined;
    else this.#wait(Math.max(1, oldest.start + this.#timeout - this.#now()));
  }
}
