import type { CacheStore, Slot, StoredValue, Unmarked } from '../../lib/cache/cache-store.js';
import { latch, type Latch } from './latch.js';

export type StoreStep = 'read' | 'lease' | 'fill' | 'giveUp' | 'create' | 'mark' | 'unmark';

/** A store of several processes, each of whose steps a test may hold before or after it is done, or let fail. */
export class GatedCacheStore implements CacheStore {
  readonly steps: StoreStep[] = [];
  readonly #memory: CacheStore;
  readonly #holds: { step: StoreStep; moment: 'before' | 'after'; reached: Latch; go: Latch }[] = [];
  /** Waited for before and after every step. */
  pause: ((step: StoreStep) => Promise<void>) | undefined;
  /** Called before a step is done; what it throws is what the step rejects with. */
  check: ((step: StoreStep, number: number) => void) | undefined;
  /** The same when it is done. */
  checkAfter: ((step: StoreStep, number: number) => void) | undefined;

  constructor(memory: CacheStore) {
    this.#memory = memory;
  }

  readonly generation = '';

  /** Holds the next step of this name. */
  hold(step: StoreStep, moment: 'before' | 'after' = 'before'): { reached: Promise<void>; go(): void } {
    const hold = { step, moment, reached: latch(), go: latch() };
    this.#holds.push(hold);
    return { reached: hold.reached.opened, go: () => hold.go.open() };
  }

  read(keys: readonly string[]): Promise<readonly (Slot | undefined)[]> {
    return this.#take('read', () => this.#memory.read(keys));
  }

  lease(key: string, token: string, ttl: number, unusable?: string): Promise<Slot | undefined> {
    return this.#take('lease', () => this.#memory.lease(key, token, ttl, unusable));
  }

  fill(key: string, token: string, value: StoredValue): Promise<boolean> {
    return this.#take('fill', () => this.#memory.fill(key, token, value));
  }

  giveUp(key: string, token: string): Promise<void> {
    return this.#take('giveUp', () => this.#memory.giveUp(key, token));
  }

  create(key: string, value: StoredValue): Promise<Slot> {
    return this.#take('create', () => this.#memory.create(key, value));
  }

  mark(keys: readonly string[], writer: string, ttl: number): Promise<void> {
    return this.#take('mark', () => this.#memory.mark(keys, writer, ttl));
  }

  unmark(keys: readonly Unmarked[], writer: string): Promise<void> {
    return this.#take('unmark', () => this.#memory.unmark(keys, writer));
  }

  async close(): Promise<void> {}

  async #take<T>(step: StoreStep, work: () => T | Promise<T>): Promise<T> {
    this.steps.push(step);
    const number = this.steps.length;
    await this.#pass(step, 'before');
    await this.pause?.(step);
    this.check?.(step, number);
    const result = await work();
    this.checkAfter?.(step, number);
    await this.#pass(step, 'after');
    await this.pause?.(step);
    return result;
  }

  async #pass(step: StoreStep, moment: 'before' | 'after'): Promise<void> {
    const index = this.#holds.findIndex((hold) => hold.step === step && hold.moment === moment);
    if (index === -1) return;
    const [hold] = this.#holds.splice(index, 1);
    hold.reached.open();
    await hold.go.opened;
  }
}
