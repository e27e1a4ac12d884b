import { SeededRandom } from '../support/seeded-random.js';
import type { CacheStore, Slot, StoredValue, Unmarked } from '../../lib/cache/cache-store.js';
import { now } from './clock.js';
import { currentTrace } from './operation-trace.js';
import { pause } from './pause.js';
import type { Ambush, StoreStep } from './worker-message.js';

/**
 * Chance of a pause before, and after, a step. What a reader brings may be old by then, and others read while the
 * tombstone of a writer stands.
 */
const CHANCE = 0.12;

/** Chance that nothing is written through: the next reader has to fill. */
const UNWRITTEN = 0.3;

/** The longest pauses in milliseconds: well below the timeout of the cache. */
const LONGEST: Readonly<Record<StoreStep, number>> = { lease: 8, fill: 180, mark: 8, unmark: 30 };

/** A store whose steps take their time now and then, and at which its process can be stopped. */
export class FuzzedStore implements CacheStore {
  #ambush: Ambush | undefined;
  #until = 0;
  readonly #random: SeededRandom;

  constructor(
    readonly inner: CacheStore,
    seed: number,
  ) {
    this.#random = new SeededRandom(seed);
  }

  get generation(): string | undefined {
    return this.inner.generation;
  }

  /** Waits for its step, until this time of the common clock in microseconds. */
  lay(ambush: Ambush, until: number): void {
    this.#ambush = ambush;
    this.#until = until;
  }

  async read(keys: readonly string[]): Promise<readonly (Slot | undefined)[]> {
    return this.inner.read(keys);
  }

  lease(key: string, token: string, ttl: number, unusable?: string): Promise<Slot | undefined> {
    return this.#around('lease', async () => this.inner.lease(key, token, ttl, unusable));
  }

  fill(key: string, token: string, value: StoredValue): Promise<boolean> {
    return this.#around('fill', async () => this.inner.fill(key, token, value));
  }

  async giveUp(key: string, token: string): Promise<void> {
    await this.inner.giveUp(key, token);
  }

  async create(key: string, value: StoredValue): Promise<Slot> {
    return this.inner.create(key, value);
  }

  mark(keys: readonly string[], writer: string, ttl: number): Promise<void> {
    return this.#around('mark', async () => {
      await this.inner.mark(keys, writer, ttl);
      currentTrace()?.onMarked?.();
    });
  }

  async unmark(keys: readonly Unmarked[], writer: string): Promise<void> {
    const left = this.#random.chance(UNWRITTEN) ? keys.map(({ key }) => ({ key })) : keys;
    await this.#around('unmark', async () => this.inner.unmark(left, writer));
    const trace = currentTrace();
    if (trace) trace.isUnmarked = true;
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  async #around<T>(step: StoreStep, work: () => Promise<T>): Promise<T> {
    await this.#pass(step, 'before');
    const result = await work();
    await this.#pass(step, 'after');
    return result;
  }

  async #pass(step: StoreStep, moment: Ambush['moment']): Promise<void> {
    const ambush = this.#ambush;
    if (ambush?.step === step && ambush.moment === moment && now() < this.#until) {
      this.#ambush = undefined;
      process.kill(process.pid, ambush.signal);
    }
    if (this.#random.chance(CHANCE)) await pause(this.#random.next() * LONGEST[step]);
  }
}
