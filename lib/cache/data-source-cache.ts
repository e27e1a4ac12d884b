import type { DataSource, EntityMetadata, ObjectLiteral, QueryRunner } from 'typeorm';
import { engineOf, ownModelDefinition } from '../entity-model/index.js';
import { currentScope, dropsTransaction, isRepeatedAttempt } from '../transactions/index.js';
import type { BypassReason, CacheEvent, CacheMetrics, CacheOptions } from './cache-options.js';
import type { Body, CacheStore, MaybePromise, Slot } from './cache-store.js';
import { CachedModel, tableName, type RawRow } from './cached-model.js';
import { Invalidation, type InvalidationSettings } from './invalidation.js';
import { KeySpace, queryEpochKey, queryKey, rowEpochKey, rowKey } from './key-space.js';
import { knownTables, type KnownTable } from './known-tables.js';
import { MemoryStore } from './memory-store.js';
import { CacheReader } from './reader.js';
import { quietMetrics } from './quiet-metrics.js';
import { BYPASS, type CacheRequest } from './request.js';
import { RunnerWrites, type WriteRules } from './runner-writes.js';
import { StoreGate } from './store-gate.js';
import type { RowIdentity } from './row-identity.js';
import { TouchedTables } from './touched-tables.js';
import { UnstorableValue } from './body-codec.js';
import { WrittenTables, type StatementEffect } from './written-tables.js';

/** Where the cache says what happens to it. */
export interface CacheLog {
  warn(message: string): void;
  info(message: string): void;
}

const DEFAULTS = {
  namespace: 'sqlmodel',
  timeout: 40,
  leaseTtl: 5_000,
  leaseWait: 2_000,
  tombstoneTtl: 30_000,
  maxEntryRows: 1_000,
};

/** Names of rows that are remembered for each model. */
const MOST_KEPT_KEYS = 2_000;

/** The keys of a model's rows. */
interface RowKeys {
  readonly base: string;
  readonly epochKey: string;
  /** By id. */
  readonly rows: Map<string, string>;
}

const CHANGES_SCHEMA = /^\s*(?:CREATE|ALTER|DROP|COMMENT|GRANT|REVOKE|ANALYZE|VACUUM|REINDEX)\b/i;

/** Levels at which a transaction sees each change as soon as it is committed. */
const SEES_CHANGES = ['READ COMMITTED', 'READ UNCOMMITTED'];

/** The cache of one data source. */
export class DataSourceCache implements WriteRules {
  readonly dataSource: DataSource;
  readonly commitLimit: string | undefined;
  readonly #store: CacheStore;
  readonly #gate: StoreGate;
  readonly #keys: KeySpace;
  readonly #reader: CacheReader;
  readonly #metrics: Required<CacheMetrics>;
  readonly #models = new Map<EntityMetadata, CachedModel>();
  readonly #tables: ReadonlyMap<string, readonly KnownTable[]>;
  readonly #written: WrittenTables;
  readonly #invalidations: InvalidationSettings;
  readonly #tellsHits: boolean;
  readonly #maxEntryRows: number;
  readonly #memory: MemoryStore | undefined;
  readonly #rowKeys = new Map<CachedModel, RowKeys>();
  readonly #log: CacheLog;
  #isolation: string;

  constructor(dataSource: DataSource, options: CacheOptions, store: CacheStore, log: CacheLog) {
    const settings = { ...DEFAULTS, ...defined(options) };
    this.dataSource = dataSource;
    this.#store = store;
    this.#memory = store instanceof MemoryStore ? store : undefined;
    this.#log = log;
    this.#keys = new KeySpace(settings.namespace, sourceName(dataSource, options.dataSource), options.keyPrefix);
    this.#gate = new StoreGate(store, {
      timeout: settings.timeout,
      tombstoneTtl: settings.tombstoneTtl,
      probeKey: this.#keys.own('probe'),
      log,
    });
    this.#tellsHits = options.metrics?.onHit !== undefined;
    this.#metrics = quietMetrics(options.metrics ?? {}, (message) => {
      log.warn(message);
    });
    const { leaseTtl, leaseWait, tombstoneTtl } = settings;
    this.#reader = new CacheReader({ gate: this.#gate, leaseTtl, leaseWait, metrics: this.#metrics, log });
    this.#invalidations = { gate: this.#gate, tombstoneTtl, strict: options.strict === true, log };
    // Half of it: the other half is for what comes between the mark and the COMMIT.
    const limit = Math.max(1, Math.floor(tombstoneTtl / 2));
    this.commitLimit = engineOf(dataSource) === 'postgres' ? `SET LOCAL statement_timeout = ${limit}` : undefined;
    this.#maxEntryRows = settings.maxEntryRows;
    for (const metadata of dataSource.entityMetadatas) {
      const ttl = cacheTtlOf(metadata);
      if (ttl !== undefined) this.#models.set(metadata, new CachedModel(metadata, ttl * 1_000));
    }
    this.#tables = knownTables(dataSource, [...this.#models.values()]);
    this.#written = new WrittenTables(this.#tables);
    // Until the server has said.
    this.#isolation = 'REPEATABLE READ';
    const { isolationLevel } = dataSource.options as { isolationLevel?: string };
    if (isolationLevel !== undefined) this.#isolation = isolationLevel;
  }

  /** Whether the store can be asked. */
  get isAvailable(): boolean {
    return this.#gate.isOpen;
  }

  /** How often the store was lost. */
  get losses(): number {
    return this.#gate.serial;
  }

  get models(): readonly CachedModel[] {
    return [...this.#models.values()];
  }

  /** True as soon as the store can be asked, false after so many milliseconds. */
  whenAvailable(ms: number): Promise<boolean> {
    return this.#gate.whenOpen(ms);
  }

  /** The row behind an entity of a cached table, or behind an object that holds its key; undefined: it is not known. */
  identityOf(metadata: EntityMetadata, holder: ObjectLiteral): RowIdentity | undefined {
    const [model] = this.#tablesOf(metadata).flatMap(({ models }) => models);
    return (model as CachedModel | undefined)?.identityOf(holder);
  }

  /** The name of the table of a cached class; undefined: nothing of it is cached. */
  tableOf(metadata: EntityMetadata): string | undefined {
    return this.#tablesOf(metadata).find(({ models }) => models.length > 0)?.name;
  }

  /** How a model is cached; undefined: it is not. */
  modelOf(metadata: EntityMetadata): CachedModel | undefined {
    return this.#models.get(metadata);
  }

  /** The level of transactions that ask for none, as the server says. */
  noteIsolation(level: string): void {
    this.#isolation = level.replace(/-/g, ' ').toUpperCase();
  }

  /** One row by its id; null: there is none. */
  readRow(
    model: CachedModel,
    id: string,
    fetch: () => Promise<RawRow | null>,
  ): MaybePromise<RawRow | null | typeof BYPASS> {
    const base = this.#keys.base(model.table);
    const use = this.#useOf(base);
    if (use !== 'fill' && use !== 'read') return this.bypass(model, 'row', use);
    return this.#reader.read(rowRequest(model, base, id, fetch), use === 'fill');
  }

  /**
   * The entity of one row that is in the memory of this process, by its key; undefined: ask in the other way.
   * On the shortest path, because it is taken most.
   */
  entityInMemory(model: CachedModel, key: unknown): ObjectLiteral | undefined {
    const store = this.#memory;
    if (store === undefined || !this.#gate.isOpen || this.dataSource.manager.queryRunner !== undefined)
      return undefined;
    const id = model.id([key]);
    if (id === undefined) return undefined;
    const keys = this.#rowKeysOf(model);
    const now = Date.now();
    const epoch = store.peek(keys.epochKey, now);
    if (epoch === undefined || epoch.state !== 'value') return undefined;
    const slot = store.peek(this.#rowKeyOf(model, keys, id), now);
    if (slot === undefined || slot.state !== 'value' || slot.stamp !== model.stampUnder(epoch.stamp)) return undefined;
    const entity = model.hydrateSlot(slot);
    if (entity !== undefined && this.#tellsHits) this.#metrics.onHit({ model: model.name, kind: 'row' });
    return entity;
  }

  /**
   * The same in a store behind a network; resolves to undefined where it has no answer. Undefined at once: it cannot be
   * asked in this way.
   */
  entityInStore(model: CachedModel, key: unknown): Promise<ObjectLiteral | undefined> | undefined {
    if (this.#memory !== undefined || !this.#gate.isOpen || this.dataSource.manager.queryRunner !== undefined) {
      return undefined;
    }
    const id = model.id([key]);
    if (id === undefined) return undefined;
    const { base, epochKey } = this.#rowKeysOf(model);
    const keys = [rowKey(base, model.type, id), epochKey];
    let slots: MaybePromise<readonly (Slot | undefined)[]>;
    try {
      slots = this.#gate.call((store) => store.read(keys));
    } catch {
      return undefined;
    }
    if (!(slots instanceof Promise)) return undefined;
    return slots.then(
      ([slot, epoch]) => {
        if (epoch === undefined || epoch.state !== 'value' || slot === undefined || slot.state !== 'value')
          return undefined;
        const { generation } = this.#gate;
        if (generation === undefined || !epoch.stamp.startsWith(generation)) return undefined;
        if (slot.stamp !== model.stampUnder(epoch.stamp)) return undefined;
        const row = model.decode(slot.body);
        if (row === undefined) return undefined;
        if (this.#tellsHits) this.#metrics.onHit({ model: model.name, kind: 'row' });
        return model.hydrate([row])[0];
      },
      () => undefined,
    );
  }

  /** The key of a row: a text that was looked up before is found faster. */
  #rowKeyOf({ type }: CachedModel, { base, rows }: RowKeys, id: string): string {
    let key = rows.get(id);
    if (key === undefined) {
      if (rows.size >= MOST_KEPT_KEYS) rows.clear();
      rows.set(id, (key = rowKey(base, type, id)));
    }
    return key;
  }

  #rowKeysOf(model: CachedModel): RowKeys {
    const base = this.#keys.base(model.table);
    const known = this.#rowKeys.get(model);
    if (known?.base === base) return known;
    const keys = { base, epochKey: rowEpochKey(base), rows: new Map<string, string>() };
    this.#rowKeys.set(model, keys);
    return keys;
  }

  /** Rows by their ids, those that are there; undefined: the caller reads the database. */
  async readManyRows(
    model: CachedModel,
    ids: readonly string[],
    fetch: (ids: readonly string[]) => Promise<readonly RawRow[]>,
  ): Promise<RawRow[] | undefined> {
    const base = this.#keys.base(model.table);
    const use = this.#useOf(base);
    if (use !== 'fill' && use !== 'read') {
      this.bypass(model, 'row', use);
      return undefined;
    }
    const idsByKey = new Map(ids.map((id) => [rowKey(base, model.type, id), id]));
    const requests = ids.map((id) => rowRequest(model, base, id));
    // Rows that the database knows by another spelling as well.
    const others: RawRow[] = [];
    const rows = await this.#reader.readMany(
      requests,
      async (missing) => {
        const byKey = new Map<string, RawRow>();
        for (const row of await fetch(missing.map(({ key }) => idsByKey.get(key) as string))) {
          const key = rowKey(base, model.type, model.idOf(row));
          if (idsByKey.has(key)) byKey.set(key, row);
          else others.push(row);
        }
        return byKey;
      },
      use === 'fill',
    );
    return [...(rows as RawRow[]), ...others];
  }

  /** The rows of a query, by its normal form. */
  readRows(model: CachedModel, text: string, fetch: () => Promise<RawRow[]>): MaybePromise<RawRow[] | typeof BYPASS> {
    const most = this.#maxEntryRows;
    return this.#readQuery(model, 'query', text, fetch, {
      encode: (rows) => (rows.length > most ? undefined : encoded(() => rows.map((row) => model.encode(row)))),
      decode: (body) => {
        if (!Array.isArray(body)) return undefined;
        const rows: RawRow[] = [];
        for (const each of body as readonly Body[]) {
          const row = model.decode(each);
          if (!row) return undefined;
          rows.push(row);
        }
        return rows;
      },
    });
  }

  /** The number of rows of a query, by its normal form. */
  readCount(model: CachedModel, text: string, fetch: () => Promise<number>): MaybePromise<number | typeof BYPASS> {
    return this.#readQuery(model, 'count', text, fetch, {
      encode: (count) => count,
      decode: (body) => (typeof body === 'number' && Number.isInteger(body) && body >= 0 ? body : undefined),
    });
  }

  #readQuery<Result>(
    model: CachedModel,
    kind: CacheEvent['kind'],
    text: string,
    fetch: () => Promise<Result>,
    codec: { encode(result: Result): Body | undefined; decode(body: Body): Result | undefined },
  ): MaybePromise<Result | typeof BYPASS> {
    const base = this.#keys.base(model.table);
    const use = this.#useOf(base);
    if (use !== 'fill' && use !== 'read') return this.bypass(model, kind, use);
    const key = queryKey(base, model.fingerprint, `${kind} ${text}`);
    const request = { model, kind, base, key, epochKey: queryEpochKey(base), nothingKey: undefined, fetch, ...codec };
    return this.#reader.read(request, use === 'fill');
  }

  /** Says that a read has not asked the cache. */
  bypass(model: CachedModel, kind: CacheEvent['kind'], reason: BypassReason): typeof BYPASS {
    this.#metrics.onBypass({ model: model.name, kind, reason });
    return BYPASS;
  }

  /**
   * Makes what is cached of rows, or of all rows of a model, unreachable: now, and, inside a transaction, at its COMMIT
   * again.
   */
  async invalidate(metadata: EntityMetadata, rows?: readonly RowIdentity[]): Promise<void> {
    const tables = this.#tablesOf(metadata);
    const runner = this.#runner();
    const writes = runner && RunnerWrites.of(runner);
    const touched = new TouchedTables();
    for (const table of tables) {
      writes?.touch(table, rows);
      const each = touched.of(table, this.baseOf(table));
      if (rows) for (const row of rows) each.touch(row, false);
      else each.touchAll();
    }
    if (touched.size === 0) return;
    const invalidation = this.invalidation(touched);
    await invalidation.prepare();
    await invalidation.committed();
  }

  /** Says that the open transaction changes models in ways that its statements do not show; without one: `invalidate`. */
  async touches(metadatas: readonly EntityMetadata[]): Promise<void> {
    const runner = this.#runner();
    const writes = runner && RunnerWrites.of(runner);
    for (const metadata of metadatas) {
      if (writes) for (const table of this.#tablesOf(metadata)) writes.touch(table);
      else await this.invalidate(metadata);
    }
  }

  /** Says that these rows were written by the open transaction, and stay its own until it ends. */
  own(metadata: EntityMetadata, rows: readonly RowIdentity[]): void {
    const runner = this.#runner();
    const writes = runner && RunnerWrites.of(runner);
    if (!writes) return;
    for (const table of this.#tablesOf(metadata)) writes.own(table, rows);
  }

  /** Watches every query runner that the data source makes from now on. */
  watchRunners(): void {
    const { driver } = this.dataSource;
    const createQueryRunner = driver.createQueryRunner.bind(driver);
    driver.createQueryRunner = (mode) => {
      const runner = createQueryRunner(mode);
      RunnerWrites.watch(runner, this);
      return runner;
    };
  }

  effectOf(sql: string, isOurs: boolean): StatementEffect {
    return this.#written.of(sql, isOurs);
  }

  baseOf(table: KnownTable): string {
    return this.#keys.base(table.name);
  }

  invalidation(touched: TouchedTables): Invalidation {
    return new Invalidation(this.#invalidations, [...touched]);
  }

  readBackStatement({ metadata }: CachedModel, keys: readonly ObjectLiteral[]): { sql: string; parameters: unknown[] } {
    const query = this.dataSource.manager
      .createQueryBuilder(metadata.target as never, metadata.name)
      .whereInIds([...keys]);
    const [sql, parameters] = query.getQueryAndParameters();
    // A row that was met and not changed may be older in the snapshot than under its lock.
    return { sql: engineOf(this.dataSource) === 'mysql' ? `${sql} FOR UPDATE` : sql, parameters };
  }

  dropsTransaction(error: unknown): boolean {
    return dropsTransaction(engineOf(this.dataSource), error);
  }

  async isStillOpen(runner: QueryRunner): Promise<boolean> {
    if (engineOf(this.dataSource) !== 'sqlite') return false;
    return ((await runner.connect()) as { inTransaction?: boolean }).inTransaction === true;
  }

  warnAboutSql(sql: string, tables: readonly KnownTable[]): void {
    // Schemas are changed by migrations, which nobody can tell what they touch.
    if (CHANGES_SCHEMA.test(sql)) return;
    const names = tables.flatMap(({ models }) => models.map(({ name }) => name)).join(', ');
    this.#log.warn(
      `SQL that was sent by hand may have written ${names}: everything cached of it was dropped. Say so in the same unit of work, unitOfWork.touches(${names}), and this warning goes; also for what SQL does behind functions and triggers, which nobody can see. The statement: ${sql.trim().slice(0, 200)}`,
    );
  }

  /** Ends what was begun for the cache. */
  async close(): Promise<void> {
    this.#gate.close();
    await this.#store.close();
  }

  #tablesOf(metadata: EntityMetadata): readonly KnownTable[] {
    const name = tableName(metadata);
    return (this.#tables.get(metadata.tableName.toLowerCase()) ?? []).filter((table) => table.name === name);
  }

  #runner(): QueryRunner | undefined {
    return this.dataSource.manager.queryRunner;
  }

  /** What the current flow may do with what is cached of a table. */
  #useOf(base: string): 'fill' | 'read' | BypassReason {
    const runner = this.#runner();
    if (runner === undefined) return 'fill';
    // The attempt before has met a row that it did not expect, and nobody knows whether the cache knows it.
    if (isRepeatedAttempt()) return 'retry';
    const writes = RunnerWrites.of(runner);
    // A runner from before the cache: nobody knows what it has done.
    if (!writes || writes.hasTouched(base)) return 'written';
    // One connection: nobody else commits while a transaction is open, but other processes may.
    if (engineOf(this.dataSource) === 'sqlite') return 'snapshot';
    const isolation = writes.isolation ?? currentScope(this.dataSource)?.transaction.isolation ?? this.#isolation;
    if (!SEES_CHANGES.includes(isolation)) return 'snapshot';
    return writes.hasWritten ? 'read' : 'fill';
  }
}

/** Seconds for which a model is cached; undefined: it is not. */
export function cacheTtlOf({ target }: EntityMetadata): number | undefined {
  return typeof target === 'function' ? ownModelDefinition(target)?.options.cacheTtl : undefined;
}

function rowRequest(
  model: CachedModel,
  base: string,
  id: string,
  fetch: () => Promise<RawRow | null> = notAlone,
): CacheRequest<RawRow | null> {
  return {
    model,
    kind: 'row',
    base,
    key: rowKey(base, model.type, id),
    epochKey: rowEpochKey(base),
    nothingKey: queryEpochKey(base),
    fetch,
    encode: (row) => {
      if (row === null) return null;
      // A row that the database finds by another spelling of its key is known to writers by its own.
      return model.idOf(row) === id ? encoded(() => model.encode(row)) : undefined;
    },
    decode: (body) => model.decode(body),
  };
}

function notAlone(): Promise<never> {
  return Promise.reject(new TypeError('Rows that are read together are read by one query.'));
}

/** The same in every process that uses the database, wherever it finds it: never a host. */
function sourceName({ options, driver }: DataSource, name: string | undefined): string {
  const given = name ?? (options as { name?: string }).name ?? 'default';
  const database = options.type === 'better-sqlite3' ? undefined : driver.database;
  return database === undefined ? given : `${given}.${database}`;
}

function encoded(encode: () => Body): Body | undefined {
  try {
    return encode();
  } catch (error) {
    if (error instanceof UnstorableValue) return undefined;
    throw error;
  }
}

function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
