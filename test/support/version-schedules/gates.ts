import type { SeededRandom } from '../seeded-random.js';

/** Until what is due in this turn of the event loop has been done. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** One of several that run in turns: before each of its steps it waits for its gate. */
export type Runner = (gate: () => Promise<void>) => Promise<void>;

/**
 * Runs several at the same time, in an order that random numbers decide: each waits at its gate, and one after the
 * other is let through, after the others have come a few turns further. What waits for a lock does not hold the rest up.
 */
export class Gates {
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #wake: () => void = () => undefined;

  constructor(private readonly random: SeededRandom) {}

  async run(runners: readonly Runner[]): Promise<void> {
    this.#running = runners.length;
    const all = Promise.all(
      runners.map(async (runner) => {
        try {
          await runner(() => this.#arrive());
        } finally {
          this.#running--;
          this.#wake();
        }
      }),
    );
    while (this.#running > 0) {
      if (this.#waiting.length === 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const [open] = this.#waiting.splice(this.random.below(this.#waiting.length), 1);
      open();
      for (let turns = this.random.pick([0, 0, 1, 2, 5, 20]); turns > 0; turns--) await turn();
    }
    await all;
  }

  #arrive(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#wake();
    });
  }
}
