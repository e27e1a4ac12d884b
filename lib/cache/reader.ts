import type { BypassReason, CacheEvent, CacheMetrics } from './cache-options.js';
import type { CacheStore, MaybePromise, Slot, StoredValue } from './cache-store.js';
import { createEpoch } from './invalidation.js';
import { randomToken } from './random-token.js';
import { BYPASS, type CacheRequest } from './request.js';
import { RunnerWrites } from './runner-writes.js';
import type { StoreGate } from './store-gate.js';
import { StoreUnavailable } from './store-unavailable.js';

/** What a reader is told once. */
export interface ReaderSettings {
  readonly gate: StoreGate;
  readonly leaseTtl: number;
  readonly leaseWait: number;
  readonly metrics: MetricsPort;
  readonly log: { warn(message: string): void };
}

/** Metrics that never throw. */
export type MetricsPort = Required<CacheMetrics>;

/** Rounds after which a reader gives up: each time somebody else has read, and a writer came in between. */
const MOST_ROUNDS = 4;
const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 25;

/** What the store says of a request. */
type Verdict<Result> =
  | { readonly is: 'hit'; readonly result: Result }
  | { readonly is: 'nothing'; readonly stamp: string }
  | { readonly is: 'writing' }
  | { readonly is: 'missing'; readonly epoch: string | undefined; readonly unusable: string | undefined }
  | { readonly is: 'leased'; readonly epoch: string | undefined };

/** How the flight of a leader ended, for those who have waited for it. */
type FlightEnd = 'done' | 'not stored';

const WRITING = { is: 'writing' } as const;

/**
 * Answers requests from the store. Who finds nothing takes a lease, reads the database and fills; who finds somebody
 * else's lease waits for the value. Never gives a value that was read before a change that was acknowledged before the
 * request began.
 */
export class CacheReader {
  readonly #settings: ReaderSettings;
  /** Reads of this process that are under way, by key. */
  readonly #flights = new Map<string, Promise<FlightEnd>>();
  readonly #misfits = new Set<string>();

  constructor(settings: ReaderSettings) {
    this.#settings = settings;
  }

  /** @param mayFill false: what is read from the database is not stored */
  read<Result>(request: CacheRequest<Result>, mayFill: boolean): MaybePromise<Result | typeof BYPASS> {
    const { gate } = this.#settings;
    if (!gate.isOpen) return this.#bypass(request, 'unavailable');
    let slots: MaybePromise<readonly (Slot | undefined)[]>;
    try {
      slots = gate.call((store) => store.read([request.key, request.epochKey]));
    } catch (error) {
      return this.#failed(request, error);
    }
    if (slots instanceof Promise) return this.#readLater(request, slots, mayFill);
    const verdict = this.#judge(request, slots);
    return verdict.is === 'hit' ? this.#hit(request, verdict.result) : this.#fromVerdict(request, verdict, mayFill);
  }

  /**
   * Answers many requests under one epoch, with one look at the store and one query for what is missing there. Waits for
   * nobody: what others read or write at the moment is read from the database as well.
   *
   * @param fetch reads the results of these requests, by their keys in the store
   */
  async readMany<Result>(
    requests: readonly CacheRequest<Result>[],
    fetch: (missing: readonly CacheRequest<Result>[]) => Promise<ReadonlyMap<string, Result>>,
    mayFill: boolean,
  ): Promise<Result[]> {
    if (requests.length === 0) return [];
    const found: Result[] = [];
    const missing: { request: CacheRequest<Result>; verdict: Verdict<Result> | undefined }[] = [];
    const slots = await this.#slotsOf(requests);
    for (const [index, request] of requests.entries()) {
      const verdict = slots && this.#judge(request, [slots[index], slots[requests.length]]);
      if (verdict?.is === 'hit') found.push(this.#hit(request, verdict.result));
      else missing.push({ request, verdict });
    }
    if (missing.length === 0) return found;
    const leases = await Promise.all(
      missing.map(async ({ request, verdict }) => {
        if (verdict === undefined) this.#bypass(request, 'unavailable');
        else if (verdict.is === 'writing') this.#bypass(request, 'writing');
        else this.#settings.metrics.onMiss(eventOf(request));
        if (!mayFill || verdict?.is !== 'missing') return undefined;
        return this.#lease(request, verdict).catch(() => undefined);
      }),
    );
    let results: ReadonlyMap<string, Result>;
    try {
      results = await fetch(missing.map(({ request }) => request));
    } catch (error) {
      await Promise.all(
        leases.map(async (lease, index) => {
          if (lease) await this.#giveUp(missing[index].request.key, lease.token);
        }),
      );
      throw error;
    }
    await Promise.all(
      missing.map(async ({ request }, index) => {
        const result = results.get(request.key);
        const lease = leases[index];
        if (result !== undefined) found.push(result);
        if (!lease) return;
        if (result === undefined) await this.#giveUp(request.key, lease.token);
        else await this.#fill(request, lease, result);
      }),
    );
    return found;
  }

  /** What is under the keys, and last under that of the epoch; undefined: the store cannot be asked. */
  async #slotsOf(requests: readonly CacheRequest<unknown>[]): Promise<readonly (Slot | undefined)[] | undefined> {
    const { gate } = this.#settings;
    try {
      return await gate.call((store) => store.read([...requests.map(({ key }) => key), requests[0].epochKey]));
    } catch (error) {
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  async #readLater<Result>(
    request: CacheRequest<Result>,
    slots: Promise<readonly (Slot | undefined)[]>,
    mayFill: boolean,
  ): Promise<Result | typeof BYPASS> {
    let verdict: Verdict<Result>;
    try {
      verdict = this.#judge(request, await slots);
    } catch (error) {
      return this.#failed(request, error);
    }
    return verdict.is === 'hit' ? this.#hit(request, verdict.result) : this.#fromVerdict(request, verdict, mayFill);
  }

  async #fromVerdict<Result>(
    request: CacheRequest<Result>,
    first: Verdict<Result>,
    mayFill: boolean,
  ): Promise<Result | typeof BYPASS> {
    try {
      return await this.#inRounds(request, first, mayFill);
    } catch (error) {
      return this.#failed(request, error);
    }
  }

  async #inRounds<Result>(
    request: CacheRequest<Result>,
    first: Verdict<Result>,
    mayFill: boolean,
  ): Promise<Result | typeof BYPASS> {
    let verdict = first;
    // Whoever leads may wait for the connection of this transaction, or for a part of it to end.
    const mayWait = writesOf(request) === undefined;
    const end = mayWait ? performance.now() + this.#settings.leaseWait : 0;
    let pause = FIRST_PAUSE_MS;
    for (let round = 0; round < MOST_ROUNDS;) {
      if (verdict.is === 'hit') return this.#hit(request, verdict.result);
      if (verdict.is === 'writing') return this.#bypass(request, 'writing');
      if (verdict.is === 'nothing') {
        if (await this.#isStillNothing(request, verdict.stamp)) return this.#hit(request, null as Result);
        verdict = { is: 'missing', epoch: epochOf(verdict.stamp), unusable: verdict.stamp };
      }
      const flight = this.#flights.get(request.key);
      if (flight) {
        round++;
        const how = await within(flight, end - performance.now());
        if (how !== 'done') return this.#bypass(request, how === 'not stored' ? 'notStored' : 'busy');
      } else if (verdict.is === 'leased') {
        if (performance.now() >= end) return this.#bypass(request, 'busy');
        await delay(pause);
        pause = Math.min(pause * 2, LAST_PAUSE_MS);
      } else if (!mayFill) {
        this.#settings.metrics.onMiss(eventOf(request));
        return untouched(() => request.fetch());
      } else {
        round++;
        const led = await this.#lead(request, verdict);
        if (led) return led.result;
      }
      verdict = this.#judge(request, await this.#ask(request));
    }
    return this.#bypass(request, 'busy');
  }

  async #ask(request: CacheRequest<unknown>): Promise<readonly (Slot | undefined)[]> {
    return this.#settings.gate.call((store) => store.read([request.key, request.epochKey]));
  }

  /** Reads the database for all who wait in this process; undefined: the lease was not to be had. */
  #lead<Result>(
    request: CacheRequest<Result>,
    verdict: Verdict<Result> & { is: 'missing' },
  ): Promise<{ readonly result: Result } | undefined> {
    let end: (how: FlightEnd) => void = () => undefined;
    this.#flights.set(request.key, new Promise((resolve) => (end = resolve)));
    let how: FlightEnd = 'done';
    const fly = async (): Promise<{ readonly result: Result } | undefined> => {
      try {
        const lease = await this.#lease(request, verdict);
        if (!lease) return undefined;
        this.#settings.metrics.onMiss(eventOf(request));
        let result: Result;
        try {
          result = await untouched(() => request.fetch());
        } catch (error) {
          await this.#giveUp(request.key, lease.token);
          throw error;
        }
        if (!(await this.#fill(request, lease, result))) how = 'not stored';
        return { result };
      } finally {
        this.#flights.delete(request.key);
        end(how);
      }
    };
    return fly();
  }

  /** A lease with the stamps of what may be filled in under it, taken before the database is read. */
  async #lease<Result>(
    request: CacheRequest<Result>,
    { epoch: known, unusable }: Verdict<Result> & { is: 'missing' },
  ): Promise<Lease | undefined> {
    const { model, key, epochKey, nothingKey } = request;
    const token = randomToken();
    const writes = writesOf(request);
    const changes = writes?.changes;
    return this.#settings.gate.call(async (store): Promise<Lease | undefined> => {
      const { generation } = store;
      if (generation === undefined) throw new StoreUnavailable('not connected');
      const [epoch, nothing] = await Promise.all([
        known ?? existingEpoch(store, epochKey, generation),
        nothingKey === undefined ? undefined : existingEpoch(store, nothingKey, generation),
      ]);
      if (epoch === undefined) return undefined;
      const taken = await store.lease(key, token, this.#settings.leaseTtl, unusable);
      if (taken) return undefined;
      const stamp = `${epoch}.${model.fingerprint}`;
      return { token, stamp, nothing: nothing === undefined ? undefined : `${stamp}.${nothing}`, writes, changes };
    });
  }

  /** Whether it may be stored at all; that a writer has come in between is no reason. */
  async #fill<Result>(request: CacheRequest<Result>, lease: Lease, result: Result): Promise<boolean> {
    const { key, model } = request;
    // The transaction has written since: what it has read may be its own, and undone.
    const isOwn = lease.writes?.changes !== lease.changes;
    const body = isOwn ? undefined : request.encode(result);
    const stamp = body === null && request.nothingKey !== undefined ? lease.nothing : lease.stamp;
    if (body === undefined || stamp === undefined) {
      await this.#giveUp(key, lease.token);
      return body !== undefined;
    }
    const value: StoredValue = { stamp, body, ttl: model.ttl };
    await this.#quietly((store) => store.fill(key, lease.token, value));
    return true;
  }

  async #giveUp(key: string, token: string): Promise<void> {
    await this.#quietly((store) => store.giveUp(key, token));
  }

  /** The database has answered: whether the store takes note of it is of no concern to the caller. */
  async #quietly(step: (store: CacheStore) => MaybePromise<unknown>): Promise<void> {
    try {
      await this.#settings.gate.call(step);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }

  async #isStillNothing({ nothingKey }: CacheRequest<unknown>, stamp: string): Promise<boolean> {
    if (nothingKey === undefined) return false;
    const [slot] = await this.#settings.gate.call((store) => store.read([nothingKey]));
    return slot?.state === 'value' && stamp.endsWith(`.${slot.stamp}`);
  }

  #judge<Result>(request: CacheRequest<Result>, [slot, epochSlot]: readonly (Slot | undefined)[]): Verdict<Result> {
    if (epochSlot !== undefined && epochSlot.state === 'tombstone') return WRITING;
    if (slot !== undefined && slot.state === 'tombstone') return WRITING;
    const epoch = this.#present(epochSlot);
    if (slot === undefined) return { is: 'missing', epoch, unusable: undefined };
    if (slot.state === 'lease') return { is: 'leased', epoch };
    const { stamp, body } = slot;
    if (epoch === undefined) return { is: 'missing', epoch, unusable: stamp };
    const expected = request.model.stampUnder(epoch);
    if (stamp === expected) {
      const result = request.decode(body);
      if (result !== undefined) return { is: 'hit', result };
      this.#misfit(request);
    } else if (request.nothingKey !== undefined && body === null && stamp.startsWith(`${expected}.`)) {
      return { is: 'nothing', stamp };
    } else if (stamp === '?' || stamp.startsWith(`${epoch}.`)) this.#misfit(request);
    return { is: 'missing', epoch, unusable: stamp };
  }

  /** The epoch, unless it is of another memory of the store. */
  #present(slot: Slot | undefined): string | undefined {
    if (slot === undefined || slot.state !== 'value') return undefined;
    const generation = this.#settings.gate.generation;
    return generation !== undefined && slot.stamp.startsWith(generation) ? slot.stamp : undefined;
  }

  #hit<Result>(request: CacheRequest<Result>, result: Result): Result {
    this.#settings.metrics.onHit(eventOf(request));
    return result;
  }

  #bypass(request: CacheRequest<unknown>, reason: BypassReason): typeof BYPASS {
    this.#settings.metrics.onBypass({ ...eventOf(request), reason });
    return BYPASS;
  }

  #failed(request: CacheRequest<unknown>, error: unknown): typeof BYPASS {
    if (error instanceof FromDatabase) throw error.cause;
    if (!(error instanceof StoreUnavailable)) throw error;
    return this.#bypass(request, 'unavailable');
  }

  /** Once for each model: a payload of another release is nothing to shout about a thousand times. */
  #misfit({ model, key }: CacheRequest<unknown>): void {
    if (this.#misfits.has(model.name)) return;
    this.#misfits.add(model.name);
    this.#settings.log.warn(
      `The cache holds something for ${model.name} that does not fit its columns (key ${key}): it is read from the database again. Another release, or somebody else, has written it.`,
    );
  }
}

interface Lease {
  readonly token: string;
  readonly stamp: string;
  /** The stamp of "there is nothing". */
  readonly nothing: string | undefined;
  /** What the reader's own transaction writes, and how often it had. */
  readonly writes: RunnerWrites | undefined;
  readonly changes: number | undefined;
}

/** What the transaction of the current flow writes; undefined: there is none. */
function writesOf({ model }: CacheRequest<unknown>): RunnerWrites | undefined {
  const runner = model.dataSource.manager.queryRunner;
  return runner && RunnerWrites.of(runner);
}

/** Undefined: it did not come about within so many milliseconds. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, Math.max(0, ms), undefined)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An error of the database, which the caller gets as it is. */
class FromDatabase extends Error {
  constructor(override readonly cause: unknown) {
    super();
  }
}

async function untouched<Result>(fetch: () => Promise<Result>): Promise<Result> {
  try {
    return await fetch();
  } catch (error) {
    throw new FromDatabase(error);
  }
}

/** The epoch behind a key; undefined while a writer changes it. */
async function existingEpoch(store: CacheStore, key: string, generation: string): Promise<string | undefined> {
  const slot = await createEpoch(store, key, generation);
  return slot.state === 'value' ? slot.stamp : undefined;
}

function epochOf(stamp: string): string {
  return stamp.slice(0, stamp.indexOf('.'));
}

function eventOf({ model, kind }: CacheRequest<unknown>): CacheEvent {
  return { model: model.name, kind };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
