import { isDeepStrictEqual } from 'node:util';
import type { CacheStore, Slot, StoredValue } from '../../lib/cache/cache-store.js';
import type { SeededRandom } from './seeded-random.js';

type Held =
  | { readonly state: 'value'; readonly stamp: string; readonly body: string }
  | { readonly state: 'lease'; readonly token: string }
  | { readonly state: 'tombstone'; readonly writers: ReadonlySet<string>; readonly isContended: boolean };

const LONG_MS = 60_000;

/**
 * The protocol as it was checked exhaustively, one key at a time and without time. `step()` takes one random step on a
 * store and on the model, and compares.
 */
export class StoreModel {
  readonly #held = new Map<string, Held>();
  readonly #writers = ['w1', 'w2', 'w3'];
  readonly #tokens = ['t1', 't2', 't3'];
  #bodies = 0;

  constructor(
    private readonly store: CacheStore,
    private readonly random: SeededRandom,
    private readonly keys: readonly string[],
  ) {}

  /** @throws an error that says which step went otherwise on the store */
  async step(): Promise<void> {
    const { random } = this;
    const key = random.pick(this.keys);
    const some = this.keys.filter(() => random.chance(0.5));
    const token = random.pick(this.#tokens);
    const writer = random.pick(this.#writers);
    switch (random.pick(['lease', 'fill', 'giveUp', 'create', 'mark', 'mark', 'unmark', 'unmark', 'unmark'])) {
      case 'lease': {
        const unusable = random.pick([undefined, this.#value().stamp]);
        const name = `lease(${key}, ${token}, ${unusable})`;
        return this.#compare(
          name,
          await this.store.lease(key, token, LONG_MS, unusable),
          this.#lease(key, token, unusable),
        );
      }
      case 'fill': {
        const value = this.#value();
        const name = `fill(${key}, ${token})`;
        return this.#compare(name, await this.store.fill(key, token, value), this.#fill(key, token, value));
      }
      case 'giveUp':
        await this.store.giveUp(key, token);
        if (this.#isLease(key, token)) this.#held.delete(key);
        return this.#compare(`giveUp(${key}, ${token})`);
      case 'create': {
        const value = this.#value();
        return this.#compare(`create(${key})`, await this.store.create(key, value), this.#create(key, value));
      }
      case 'mark':
        await this.store.mark(some, writer, LONG_MS);
        for (const each of some) this.#mark(each, writer);
        return this.#compare(`mark(${some.join()}, ${writer})`);
      case 'unmark': {
        const unmarked = some.map((each) => ({ key: each, value: random.chance(0.7) ? this.#value() : undefined }));
        await this.store.unmark(unmarked, writer);
        for (const each of unmarked) this.#unmark(each.key, writer, each.value);
        return this.#compare(`unmark(${some.join()}, ${writer})`);
      }
    }
  }

  async #compare(step: string, actual?: unknown, expected?: unknown): Promise<void> {
    const read = await this.store.read(this.keys);
    const known = this.keys.map((key) => slotOf(this.#held.get(key)));
    if (isDeepStrictEqual(actual, expected) && isDeepStrictEqual([...read], known)) return;
    throw new Error(
      `${step} returned ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}, and left ${JSON.stringify(read)} instead of ${JSON.stringify(known)}`,
    );
  }

  #value(): StoredValue {
    return {
      stamp: `${this.store.generation}:${this.random.below(2)}`,
      body: `body ${++this.#bodies}`,
      ttl: LONG_MS,
    };
  }

  #lease(key: string, token: string, unusable: string | undefined): Slot | undefined {
    const held = this.#held.get(key);
    if (this.#isLease(key, token)) return undefined;
    if (held !== undefined && !(held.state === 'value' && held.stamp === unusable)) return slotOf(held);
    this.#held.set(key, { state: 'lease', token });
    return undefined;
  }

  #fill(key: string, token: string, value: StoredValue): boolean {
    if (!this.#isLease(key, token)) return false;
    this.#put(key, value);
    return true;
  }

  #create(key: string, value: StoredValue): Slot | undefined {
    if (!this.#held.has(key)) this.#put(key, value);
    return slotOf(this.#held.get(key));
  }

  #mark(key: string, writer: string): void {
    const held = this.#held.get(key);
    const before = held?.state === 'tombstone' ? held : { writers: new Set<string>(), isContended: false };
    const others = [...before.writers].some((other) => other !== writer);
    this.#held.set(key, {
      state: 'tombstone',
      writers: new Set(before.writers).add(writer),
      isContended: before.isContended || others,
    });
  }

  #unmark(key: string, writer: string, value: StoredValue | undefined): void {
    const held = this.#held.get(key);
    if (held?.state !== 'tombstone') {
      this.#held.delete(key);
      return;
    }
    const writers = new Set(held.writers);
    const isOwn = writers.delete(writer);
    if (writers.size > 0) {
      this.#held.set(key, { state: 'tombstone', writers, isContended: held.isContended || !isOwn });
    } else if (value !== undefined && !held.isContended) {
      this.#put(key, value);
    } else {
      this.#held.delete(key);
    }
  }

  #put(key: string, { stamp, body }: StoredValue): void {
    this.#held.set(key, { state: 'value', stamp, body: body as string });
  }

  #isLease(key: string, token: string): boolean {
    const held = this.#held.get(key);
    return held?.state === 'lease' && held.token === token;
  }
}

function slotOf(held: Held | undefined): Slot | undefined {
  return held?.state === 'tombstone' ? { state: 'tombstone' } : held;
}
