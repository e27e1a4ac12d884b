/** Runs tasks one after the other, in the order of their calls. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  async run<T>(task: () => Promise<T>): Promise<T> {
    const before = this.#tail;
    let done!: () => void;
    // A promise apart from the caller's: stack traces follow a promise only where one alone awaits it.
    this.#tail = new Promise<void>((resolve) => (done = resolve));
    await before;
    try {
      return await task();
    } finally {
      done();
    }
  }
}
