// Stacks name the caller of a statement only where promises are awaited.
/* eslint-disable @typescript-eslint/return-await */
import { AsyncLocalStorage } from 'node:async_hooks';
import { QueryFailedError, type ObjectLiteral, type QueryResult, type QueryRunner } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { commitsImplicitly, isConnectionLoss, mayWrite, Mutex } from '../transactions/index.js';
import type { CachedModel, RawRow } from './cached-model.js';
import { declaredWrite, type DeclaredWrite } from './declared-writes.js';
import type { Invalidation } from './invalidation.js';
import type { KnownTable } from './known-tables.js';
import type { RowIdentity } from './row-identity.js';
import { TouchedTables } from './touched-tables.js';
import { leavesOpen, transactionStep, type TransactionStep } from './transaction-step.js';
import type { StatementEffect } from './written-tables.js';

/** What every runner of a data source asks. */
export interface WriteRules {
  /** Which known tables a statement may write. */
  effectOf(sql: string, isOurs: boolean): StatementEffect;
  /** What the keys of a table begin with for the tenant of the current flow. */
  baseOf(table: KnownTable): string;
  invalidation(touched: TouchedTables): Invalidation;
  /** The statement that reads rows of a model by their keys. */
  readBackStatement(model: CachedModel, keys: readonly ObjectLiteral[]): { sql: string; parameters: unknown[] };
  /** The statement by which a transaction limits how long its COMMIT may take; undefined: the engine has none. */
  readonly commitLimit: string | undefined;
  /** Whether a transaction goes on although its COMMIT has failed. */
  isStillOpen(runner: QueryRunner): Promise<boolean>;
  /** Whether the server has dropped the whole transaction at this error. */
  dropsTransaction(error: unknown): boolean;
  /** Tells of SQL by hand that has written tables which nobody has named. */
  warnAboutSql(sql: string, tables: readonly KnownTable[]): void;
}

/** A query runner's own way of sending. */
type Send = (sql: string, parameters?: unknown[], structured?: boolean) => Promise<unknown>;

interface Level {
  /** Of the savepoint; empty for the transaction itself. */
  readonly name: string;
  readonly touched: TouchedTables;
}

interface RawSql {
  readonly sql: string;
  readonly tables: readonly KnownTable[];
}

const ISOLATION = /\bISOLATION\s+LEVEL\s+(READ\s+COMMITTED|READ\s+UNCOMMITTED|REPEATABLE\s+READ|SERIALIZABLE)/i;
const OF_SESSION = /^\s*SET\s+(?:SESSION|GLOBAL)\b/i;
/** Levels that are set as a variable of the session. */
const ISOLATION_VARIABLE = /^\s*SET\b.*\b(?:transaction|tx)_isolation\b/is;
/** MariaDB's: settings for one statement, which follows. */
const SETS_FOR_STATEMENT = /^\s*SET\s+STATEMENT\b/i;
const LOCKS_TABLES = /^\s*(UN)?LOCK\s+TABLES?\b/i;

/** Marks what a runner does by itself while it is alone, subscribers of its statements included. */
interface Passage {
  readonly writes: RunnerWrites;
  isOpen: boolean;
}

const passages = new AsyncLocalStorage<Passage>();
const known = new WeakMap<QueryRunner, RunnerWrites>();

/**
 * What one query runner writes. All transactions look the same here, whoever begins and ends them: they are statements.
 * A single statement that writes cached tables is made a transaction of its own, so that there is a moment before its
 * COMMIT.
 */
export class RunnerWrites {
  readonly #runner: QueryRunner;
  readonly #send: Send;
  readonly #stream: QueryRunner['stream'];
  readonly #alone = new Mutex();
  #rules: WriteRules;
  /** Statements that run alone, or wait for it: those after them keep their place. */
  #queued = 0;
  #levels: Level[] = [{ name: '', touched: new TouchedTables() }];
  /** SQL by hand, for which a name may still come. */
  #raw: RawSql[] = [];
  /** Tables that `touches()` has named. */
  readonly #named = new Set<KnownTable>();
  #isOpen = false;
  /** Begun by a savepoint, as SQLite allows. */
  #isSavepointOnly = false;
  #isAutocommit = true;
  #hasTableLocks = false;
  #hasWritten = false;
  #changes = 0;
  #isolation: string | undefined;
  #sessionIsolation: string | undefined;

  private constructor(runner: QueryRunner, rules: WriteRules) {
    this.#runner = runner;
    this.#rules = rules;
    this.#send = runner.query.bind(runner) as Send;
    this.#stream = runner.stream.bind(runner);
  }

  /** Watches everything that a runner sends. */
  static watch(runner: QueryRunner, rules: WriteRules): void {
    const watched = known.get(runner);
    if (watched) {
      // A data source that was closed and opened again has a new cache, and its driver still tells the old one first.
      watched.#rules = rules;
      return;
    }
    const writes = new RunnerWrites(runner, rules);
    known.set(runner, writes);
    runner.query = ((...args: Parameters<Send>) => writes.#query(args)) as QueryRunner['query'];
    runner.stream = (...args) => writes.#streamed(args);
  }

  /** What a runner has written; undefined for one that nobody watches. */
  static of(runner: QueryRunner): RunnerWrites | undefined {
    return known.get(runner);
  }

  /** Whether the open transaction has written anything. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** Grows with every statement that may write, whatever table: what was read in between may be of this transaction alone. */
  get changes(): number {
    return this.#changes;
  }

  /** The isolation level that was asked for by a statement, in capitals. */
  get isolation(): string | undefined {
    return this.#isolation ?? this.#sessionIsolation;
  }

  /** Whether the open transaction has touched a table, by what its keys begin with. */
  hasTouched(base: string): boolean {
    return this.#levels.some(({ touched }) => touched.has(base));
  }

  /** Says that this transaction changes a table in ways that its statements do not show. */
  touch(table: KnownTable, rows?: readonly RowIdentity[]): void {
    const touched = this.#top.of(table, this.#rules.baseOf(table));
    if (rows) for (const row of rows) touched.touch(row, false);
    else touched.touchAll();
    this.#named.add(table);
  }

  /** Says that these rows, of a table that is touched, are this transaction's own until it ends. */
  own(table: KnownTable, rows: readonly RowIdentity[]): void {
    const touched = this.#top.of(table, this.#rules.baseOf(table));
    for (const row of rows) touched.touch(row, true);
  }

  get #top(): TouchedTables {
    return (this.#levels.at(-1) as Level).touched;
  }

  async #query(args: Parameters<Send>): Promise<unknown> {
    if (this.#isInside()) return await this.#take(args);
    if (this.#queued > 0 || this.#mustBeAlone(args[0])) return await this.#exclusive(() => this.#take(args));
    return await this.#take(args);
  }

  async #take(args: Parameters<Send>): Promise<unknown> {
    const [sql] = args;
    try {
      const step = transactionStep(sql);
      if (step) return await this.#control(step, args);
      if (LOCKS_TABLES.test(sql)) this.#hasTableLocks = !/^\s*UN/i.test(sql);
      if (ISOLATION_VARIABLE.test(sql)) this.#sessionIsolation = 'UNKNOWN';
      if (!changes(sql)) return await this.#send(...args);
      if (!this.#isOpen) return await this.#outside(args);
      if (this.#endsUnasked(sql)) return await this.#between(args, this.#rules.effectOf(sql, false));
      return await this.#within(args);
    } catch (error) {
      // What follows on this connection is stored at once.
      if (this.#isOpen && this.#rules.dropsTransaction(error)) this.#end();
      throw error;
    }
  }

  /** Whether a statement is more than one for the server: nobody may come in between. */
  #mustBeAlone(sql: string): boolean {
    const step = transactionStep(sql);
    if (step) return step.is !== 'savepoint' && step.is !== 'isolation';
    if (!changes(sql)) return false;
    return this.#isOpen
      ? this.#endsUnasked(sql)
      : this.#rules.effectOf(sql, declaredWrite() !== undefined).written.length > 0;
  }

  /** MariaDB stores what is open before some statements. */
  #endsUnasked(sql: string): boolean {
    return commitsImplicitly(sql) && engineOf(this.#runner.dataSource) === 'mysql';
  }

  #isInside(): boolean {
    const passage = passages.getStore();
    return passage?.writes === this && passage.isOpen;
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.#queued++;
    try {
      return await this.#alone.run(async () => {
        const passage: Passage = { writes: this, isOpen: true };
        try {
          return await passages.run(passage, work);
        } finally {
          passage.isOpen = false;
        }
      });
    } finally {
      this.#queued--;
    }
  }

  async #outside(args: Parameters<Send>): Promise<unknown> {
    const declared = declaredWrite();
    const effect = this.#rules.effectOf(args[0], declared !== undefined);
    if (effect.written.length === 0) return await this.#send(...args);
    // BEGIN would release the locks.
    const isOne = effect.isDataChange && !this.#hasTableLocks;
    return await (isOne ? this.#asTransaction(args, effect, declared) : this.#between(args, effect));
  }

  async #within(args: Parameters<Send>): Promise<unknown> {
    this.#hasWritten = true;
    this.#changes++;
    const declared = declaredWrite();
    const effect = this.#rules.effectOf(args[0], declared !== undefined);
    return effect.written.length === 0 ? await this.#send(...args) : await this.#write(args, effect, declared);
  }

  async #control(step: TransactionStep, args: Parameters<Send>): Promise<unknown> {
    const [sql] = args;
    const send = (): Promise<unknown> => this.#send(...args);
    const isolation = ISOLATION.exec(sql)?.[1].replace(/\s+/g, ' ').toUpperCase();
    if (isolation !== undefined && OF_SESSION.test(sql)) this.#sessionIsolation = isolation;
    else if (isolation !== undefined) this.#isolation = isolation;
    switch (step.is) {
      case 'isolation':
        return send();
      case 'begin': {
        // MariaDB stores what is open; elsewhere it is an error, or nothing.
        const isSecond = this.#isOpen && engineOf(this.#runner.dataSource) === 'mysql';
        const result = await (isSecond ? this.#commit(send) : send());
        this.#isOpen = true;
        this.#hasTableLocks = false;
        return result;
      }
      case 'autocommit':
        return this.#switchAutocommit(step.isOn, send);
      case 'savepoint': {
        const result = await send();
        if (!this.#isOpen && (await this.#rules.isStillOpen(this.#runner))) this.#isOpen = this.#isSavepointOnly = true;
        this.#levels.push({ name: step.name, touched: new TouchedTables() });
        return result;
      }
      case 'release': {
        if (this.#isSavepointOnly && this.#levels[1]?.name === step.name) return this.#commit(send);
        const result = await send();
        this.#release(step.name);
        return result;
      }
      case 'undo': {
        const result = await send();
        this.#changes++;
        this.#undo(step.name);
        return result;
      }
      case 'commit': {
        const result = await this.#commit(send);
        this.#isOpen ||= step.isChained;
        return result;
      }
      case 'rollback':
        try {
          return await send();
        } finally {
          this.#end();
          this.#isOpen ||= step.isChained;
        }
      case 'script':
        return this.#script(args);
    }
  }

  async #switchAutocommit(isOn: boolean, send: () => Promise<unknown>): Promise<unknown> {
    if (engineOf(this.#runner.dataSource) !== 'mysql') return send();
    const result = await (isOn && this.#isOpen ? this.#commit(send) : send());
    this.#isAutocommit = isOn;
    this.#isOpen ||= !isOn;
    if (isOn) this.#isOpen = false;
    return result;
  }

  /** Several statements in one text, which begin or end transactions. */
  async #script(args: Parameters<Send>): Promise<unknown> {
    const effect = this.#rules.effectOf(args[0], false);
    const isOpen = leavesOpen(args[0], this.#isOpen);
    const result = await this.#between(args, effect);
    this.#isOpen = isOpen;
    if (!isOpen) return result;
    this.#hasWritten = true;
    this.#note(effect, undefined);
    return result;
  }

  /** The statement may give rows back while it writes: what it writes is marked until it has ended. */
  async #streamed(args: Parameters<QueryRunner['stream']>): Promise<Awaited<ReturnType<QueryRunner['stream']>>> {
    const [sql] = args;
    if (!changes(sql)) return this.#stream(...args);
    const effect = this.#rules.effectOf(sql, false);
    if (this.#isOpen) {
      this.#hasWritten = true;
      this.#changes++;
      this.#note(effect, undefined);
      return this.#stream(...args);
    }
    const touched = new TouchedTables();
    this.#note(effect, undefined, touched);
    if (touched.size === 0) return this.#stream(...args);
    const invalidation = this.#rules.invalidation(touched);
    await invalidation.prepare();
    try {
      const stream = await this.#stream(...args);
      stream.once('close', () => void invalidation.committed());
      return stream;
    } catch (error) {
      await invalidation.abandoned();
      throw error;
    }
  }

  #release(name: string): void {
    const index = this.#levels.findLastIndex((level) => level.name === name);
    if (index < 1) return;
    for (const { touched } of this.#levels.splice(index)) this.#top.merge(touched);
  }

  #undo(name: string): void {
    const index = this.#levels.findLastIndex((level) => level.name === name);
    if (index < 1) return;
    this.#levels.splice(index + 1);
    this.#top.clear();
  }

  async #write(args: Parameters<Send>, effect: StatementEffect, declared: DeclaredWrite | undefined): Promise<unknown> {
    const [sql, parameters, structured] = args;
    this.#note(effect, declared);
    if (!declared) this.#raw.push({ sql, tables: effect.written.map(({ table }) => table) });
    if (!declared || declared.size === 0) return this.#send(...args);
    const result = (await this.#send(sql, parameters, true)) as QueryResult;
    this.#confirm(effect, declared, result);
    return structured === true ? result : (result.raw as unknown);
  }

  /** Before a statement is sent: from now on this transaction reads the database. */
  #note({ written }: StatementEffect, declared: DeclaredWrite | undefined, into = this.#top): void {
    for (const { table, onlyAdds, isTarget } of written) {
      const touched = into.of(table, this.#rules.baseOf(table));
      if (isTarget && onlyAdds) continue;
      const rows = isTarget ? declared?.get(table.name) : undefined;
      if (rows) for (const row of rows) touched.touch(row, false);
      else touched.touchAll();
    }
  }

  /** Rows that a statement has met are locked: they stay as this transaction leaves them. */
  #confirm({ written }: StatementEffect, declared: DeclaredWrite, { affected, records }: QueryResult): void {
    const target = written.find(({ table, isTarget }) => isTarget && declared.has(table.name));
    const rows = target && declared.get(target.table.name);
    if (!rows || (affected ?? (records as unknown[] | undefined)?.length ?? 0) < rows.length) return;
    this.own(target.table, rows);
  }

  async #asTransaction(
    args: Parameters<Send>,
    effect: StatementEffect,
    declared: DeclaredWrite | undefined,
  ): Promise<unknown> {
    await this.#send('BEGIN');
    this.#isOpen = true;
    try {
      const result = await this.#write(args, effect, declared);
      await this.#commit(() => this.#send('COMMIT'));
      return result;
    } catch (error) {
      if (this.#isOpen) await this.#send('ROLLBACK').catch(() => undefined);
      this.#end();
      throw error;
    }
  }

  /** A statement that commits by itself, such as TRUNCATE on MariaDB. */
  async #between(args: Parameters<Send>, effect: StatementEffect): Promise<unknown> {
    const before = this.#levels.length;
    this.#note(effect, undefined);
    if (!declaredWrite()) this.#raw.push({ sql: args[0], tables: effect.written.map(({ table }) => table) });
    try {
      return await this.#commit(() => this.#send(...args), false);
    } catch (error) {
      // It was not sent: what was noted for it must not stay.
      if (!this.#isOpen && before === this.#levels.length) this.#end();
      throw error;
    }
  }

  async #commit(send: () => Promise<unknown>, canReadBack = true): Promise<unknown> {
    const touched = new TouchedTables();
    for (const level of this.#levels) touched.merge(level.touched);
    const invalidation = this.#rules.invalidation(touched);
    if (touched.size > 0) {
      // A transaction that fails here goes on: whoever has sent COMMIT rolls it back.
      await invalidation.prepare(
        canReadBack
          ? { limit: () => this.#limitCommit(), readBack: (model, keys) => this.#readBack(model, keys) }
          : undefined,
      );
      try {
        await invalidation.confirm();
      } catch (error) {
        await invalidation.abandoned();
        throw error;
      }
    }
    let result: unknown;
    try {
      result = await send();
    } catch (error) {
      if (touched.size > 0) await (isAnswer(error) ? invalidation.abandoned() : invalidation.unknown());
      // On SQLite a COMMIT that was refused may be tried again.
      if (!(await this.#rules.isStillOpen(this.#runner))) this.#end();
      throw error;
    }
    if (touched.size > 0) await invalidation.committed();
    this.#warn();
    this.#end();
    return result;
  }

  async #limitCommit(): Promise<void> {
    const { commitLimit } = this.#rules;
    if (commitLimit === undefined) return;
    try {
      await this.#send(commitLimit);
    } catch (error) {
      if (!isAborted(error)) throw error;
    }
  }

  async #readBack(model: CachedModel, keys: readonly ObjectLiteral[]): Promise<RawRow[]> {
    const { sql, parameters } = this.#rules.readBackStatement(model, keys);
    try {
      return (await this.#send(sql, parameters)) as RawRow[];
    } catch (error) {
      // Nothing of it will be stored: PostgreSQL takes COMMIT for ROLLBACK now.
      if (isAborted(error)) return [];
      throw error;
    }
  }

  #warn(): void {
    for (const { sql, tables } of this.#raw) {
      const unnamed = tables.filter((table) => !this.#named.has(table));
      if (unnamed.length > 0) this.#rules.warnAboutSql(sql, unnamed);
    }
  }

  #end(): void {
    this.#levels = [{ name: '', touched: new TouchedTables() }];
    this.#raw = [];
    this.#named.clear();
    this.#isOpen = !this.#isAutocommit;
    this.#isSavepointOnly = false;
    this.#hasWritten = false;
    this.#changes++;
    this.#isolation = undefined;
  }
}

function changes(sql: string): boolean {
  return mayWrite(sql) || SETS_FOR_STATEMENT.test(sql);
}

interface DriverError {
  readonly code?: unknown;
  /** PostgreSQL's. */
  readonly severity?: unknown;
  /** MariaDB's and MySQL's. */
  readonly sqlState?: unknown;
}

/** Whether the server has said what became of a statement. A driver that has lost it, or its patience, has not. */
function isAnswer(error: unknown): boolean {
  if (isConnectionLoss(error)) return false;
  if (!(error instanceof QueryFailedError)) return true;
  const { code, severity, sqlState } = error.driverError as DriverError;
  return severity !== undefined || sqlState !== undefined || String(code).startsWith('SQLITE_');
}

function isAborted(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as DriverError).code === '25P02';
}
