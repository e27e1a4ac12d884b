import type { ObjectLiteral } from 'typeorm';
import { CacheUnavailableError } from '../errors/index.js';
import type { CachedModel, RawRow } from './cached-model.js';
import { UnstorableValue } from './body-codec.js';
import type { CacheStore, StoredValue, Unmarked } from './cache-store.js';
import { rowEpochKey, rowKey } from './key-space.js';
import { randomToken } from './random-token.js';
import type { StoreGate } from './store-gate.js';
import type { TouchedTable } from './touched-table.js';

/** Reads rows of a model as the transaction that is about to commit sees them. */
export type ReadBack = (model: CachedModel, keys: readonly ObjectLiteral[]) => Promise<readonly RawRow[]>;

/** What the transaction does on its connection while the store is told. */
export interface BeforeCommit {
  /** Limits how long the COMMIT may take. */
  limit(): Promise<void>;
  readonly readBack: ReadBack;
}

/** What an invalidation is told once. */
export interface InvalidationSettings {
  readonly gate: StoreGate;
  readonly tombstoneTtl: number;
  /** Whether a write fails when the store cannot be told before its COMMIT. */
  readonly strict: boolean;
  readonly log: { warn(message: string): void };
}

/**
 * One COMMIT and the cache: what it changes is marked before, so that nobody reads or fills it meanwhile, and written
 * through or removed after.
 */
export class Invalidation {
  readonly #settings: InvalidationSettings;
  readonly #touched: readonly TouchedTable[];
  readonly #keys: readonly string[];
  readonly #writer = randomToken();
  #values: ReadonlyMap<string, StoredValue> = new Map();
  /** Whether the marks were in place when the store was last asked. */
  #isMarked = false;
  #serial = 0;
  #markedAt = 0;

  constructor(settings: InvalidationSettings, touched: readonly TouchedTable[]) {
    this.#settings = settings;
    this.#touched = touched;
    this.#keys = touched.flatMap((each) => each.keys());
  }

  /**
   * Before COMMIT.
   *
   * @throws CacheUnavailableError when the store cannot be told, and writes are strict
   */
  async prepare(before?: BeforeCommit): Promise<void> {
    const work = async (): Promise<Map<string, StoredValue> | undefined> => {
      await before?.limit();
      return before && this.#writtenThrough(before.readBack);
    };
    const [values, marked] = await Promise.allSettled([work(), this.#mark()]);
    if (marked.status === 'rejected') throw marked.reason;
    if (values.status === 'rejected') {
      await this.abandoned();
      throw values.reason;
    }
    if (values.value) this.#values = values.value;
  }

  /** Right before COMMIT is sent: marks that may have gone since are set again. */
  async confirm(): Promise<void> {
    const { gate, tombstoneTtl } = this.#settings;
    const isFresh = this.#serial === gate.serial && performance.now() - this.#markedAt < tombstoneTtl / 2;
    if (!this.#isMarked || isFresh) return;
    await this.#mark();
  }

  /** After COMMIT. Never throws: what is stored is stored. */
  async committed(): Promise<void> {
    const { gate, strict, tombstoneTtl, log } = this.#settings;
    const unmarked = this.#keys.map((key): Unmarked => ({ key, value: this.#values.get(key) }));
    if (this.#isMarked && (await this.#unmark(unmarked))) return;
    gate.owe(this.#touched.flatMap((each) => each.epochKeys()));
    if (!strict || !this.#isMarked) return;
    if (await gate.whenOpen(tombstoneTtl)) return;
    log.warn(
      'A write is stored, but the cache could not be reached after its COMMIT: other processes may read what was before for as long as entries live.',
    );
  }

  /** The COMMIT failed, or there was none: the rows are as they were. */
  async abandoned(): Promise<void> {
    if (!this.#isMarked) return;
    await this.#unmark(this.#keys.map((key) => ({ key })));
  }

  /** Nobody knows whether the COMMIT was done: the marks stay until they expire. */
  unknown(): void {
    this.#settings.gate.owe(this.#isMarked ? [] : this.#touched.flatMap((each) => each.epochKeys()));
  }

  async #mark(): Promise<void> {
    const { gate, tombstoneTtl, strict } = this.#settings;
    this.#isMarked = false;
    // Taken before: what happens to the store while it is told counts as having happened since.
    this.#serial = gate.serial;
    this.#markedAt = performance.now();
    try {
      await gate.call((store) => store.mark(this.#keys, this.#writer, tombstoneTtl));
      this.#isMarked = true;
    } catch (error) {
      if (strict) throw new CacheUnavailableError(error);
    }
  }

  async #unmark(keys: readonly Unmarked[]): Promise<boolean> {
    try {
      await this.#settings.gate.call((store) => store.unmark(keys, this.#writer));
      return true;
    } catch {
      return false;
    }
  }

  /** The rows that are this transaction's own until it ends, as it leaves them. */
  async #writtenThrough(readBack: ReadBack): Promise<Map<string, StoredValue>> {
    const values = new Map<string, StoredValue>();
    for (const touched of this.#touched) {
      const own = [...touched.rows.values()].flatMap(({ key, isOwn }) => (isOwn ? [key] : []));
      if (own.length === 0 || touched.allRows) continue;
      const stamp = await this.#rowEpoch(touched);
      if (stamp === undefined) continue;
      for (const model of touched.table.models) {
        for (const row of await readBack(model, own)) {
          const value = storedRow(model, row, stamp);
          if (value) values.set(rowKey(touched.base, model.type, model.idOf(row)), value);
        }
      }
    }
    return values;
  }

  async #rowEpoch({ base }: TouchedTable): Promise<string | undefined> {
    try {
      return await this.#settings.gate.call(async (store) => {
        const { generation } = store;
        if (generation === undefined) return undefined;
        const slot = await createEpoch(store, rowEpochKey(base), generation);
        return slot.state === 'value' ? slot.stamp : undefined;
      });
    } catch {
      return undefined;
    }
  }
}

/** Milliseconds that an epoch lives: when it goes, a new one makes everything under it unreachable. */
export const EPOCH_TTL = 30 * 24 * 60 * 60 * 1_000;

/** The epoch behind a key, a new one where there is none. */
export function createEpoch(store: CacheStore, key: string, generation: string): ReturnType<CacheStore['create']> {
  return store.create(key, { stamp: generation + randomToken(), body: null, ttl: EPOCH_TTL });
}

/** A row as it is stored under an epoch; undefined when it cannot be. */
export function storedRow(model: CachedModel, row: RawRow, epoch: string): StoredValue | undefined {
  try {
    return { stamp: `${epoch}.${model.fingerprint}`, body: model.encode(row), ttl: model.ttl };
  } catch (error) {
    if (error instanceof UnstorableValue) return undefined;
    throw error;
  }
}
