import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { PendingWritesError, TransactionAbortedError, TransactionOutcomeUnknownError } from '../errors/index.js';
import type { Engine } from '../field-types/index.js';
import type { CallSite } from './call-site.js';
import { abortsTransaction, isConnectionLoss } from './driver-failure.js';
import { Mutex } from './mutex.js';
import { Scope, type Hook, type ScopeTransaction } from './scope.js';
import { currentScope } from './scope-storage.js';
import { mayWrite } from './statement-kind.js';
import type { Isolation } from './transaction-options.js';

type QueryArguments = [sql: string, parameters?: unknown[], useStructuredResult?: boolean];

/** Set while BEGIN, SAVEPOINT, COMMIT and their like run, which must not wait for themselves. */
const control = new AsyncLocalStorage<Transaction>();

/**
 * One database transaction on one connection. It begins with the first statement, so that a unit of work
 * that touches no data costs nothing. Statements run one after the other, each only while its scope is the
 * innermost open one: what runs beside a savepoint waits until the savepoint has ended.
 */
export class Transaction implements ScopeTransaction {
  readonly dataSource: DataSource;
  readonly isolation: Isolation | undefined;
  /** Rollback hooks of savepoints that were undone: due when the transaction has ended, either way. */
  readonly undone: Hook[] = [];
  readonly notes = new Map<symbol, unknown>();
  readonly #engine: Engine;
  readonly #statements = new Mutex();
  readonly #scopes: Scope[] = [];
  #outermost: Scope | undefined;
  readonly #waiting: (() => void)[] = [];
  #runner: QueryRunner;
  #begun = false;
  #write: string | undefined;

  constructor(dataSource: DataSource, isolation: Isolation | undefined) {
    this.dataSource = dataSource;
    this.isolation = isolation;
    this.#engine = engineOf(dataSource);
    this.#runner = this.#newRunner();
  }

  get runner(): QueryRunner {
    return this.#runner;
  }

  /** Opens the outermost scope. */
  open(beganAt: CallSite): Scope {
    const scope = new Scope(this, beganAt, true);
    this.#outermost = scope;
    this.#scopes.push(scope);
    return scope;
  }

  /** Opens a savepoint inside `parent`, after every other savepoint in `parent` has ended. */
  async openSavepoint(parent: Scope, beganAt: CallSite): Promise<Scope> {
    await this.#untilInnermost(parent);
    const scope = new Scope(this, beganAt, false);
    this.#scopes.push(scope);
    try {
      await this.#control(async () => {
        await this.#begin();
        await this.#runner.startTransaction();
      });
    } catch (error) {
      this.#close(scope, 'rolled back');
      throw error;
    }
    return scope;
  }

  /** Ends a savepoint and keeps its work in the scope above. */
  async release(scope: Scope, parent: Scope): Promise<void> {
    await this.#untilInnermost(scope);
    if (scope.abortedBy !== undefined) {
      await this.rollBackTo(scope, parent);
      throw new TransactionAbortedError(String(scope.beganAt), scope.abortedBy);
    }
    await this.#control(() => this.#runner.commitTransaction());
    scope.mergeInto(parent);
    this.#close(scope, 'committed');
  }

  /** Undoes a savepoint. Hooks for its commit are dropped; those for its rollback become due at the end. */
  async rollBackTo(scope: Scope, parent: Scope): Promise<void> {
    await this.#untilInnermost(scope);
    try {
      if (!this.#isLost(parent)) await this.#control(() => this.#runner.rollbackTransaction());
    } catch (error) {
      parent.abortedBy ??= error;
    }
    scope.restoreMemory();
    this.undone.push(...scope.afterRollback);
    this.#close(scope, 'rolled back');
  }

  /** Stores everything. */
  async commit(scope: Scope): Promise<void> {
    await this.#untilInnermost(scope);
    if (scope.abortedBy !== undefined) {
      await this.rollBack(scope);
      throw new TransactionAbortedError(String(scope.beganAt), scope.abortedBy);
    }
    try {
      if (this.#begun) await this.#control(() => this.#runner.commitTransaction());
    } catch (error) {
      await this.#giveUp();
      scope.restoreMemory();
      this.#close(scope, 'rolled back');
      throw isConnectionLoss(error) ? new TransactionOutcomeUnknownError(String(scope.beganAt), error) : error;
    }
    this.#close(scope, 'committed');
    await this.#runner.release();
  }

  /** Drops everything. Never throws: the error that led here matters more. */
  async rollBack(scope: Scope): Promise<void> {
    await this.#untilInnermost(scope);
    await this.#giveUp();
    scope.restoreMemory();
    this.#close(scope, 'rolled back');
  }

  /**
   * Ends the transaction without writes and gives the connection back; the next statement begins anew.
   *
   * @throws PendingWritesError when something was written
   */
  async reset(scope: Scope): Promise<void> {
    await this.#untilInnermost(scope);
    if (this.#write !== undefined) throw new PendingWritesError(String(scope.beganAt), this.#write);
    if (!this.#begun) return;
    if (scope.abortedBy !== undefined) throw new TransactionAbortedError(String(scope.beganAt), scope.abortedBy);
    await this.#control(() => this.#runner.commitTransaction());
    await this.#runner.release();
    this.#begun = false;
    this.notes.clear();
    this.#runner = this.#newRunner();
  }

  #newRunner(): QueryRunner {
    const runner = this.dataSource.createQueryRunner();
    const { query, stream } = runner as { query: QueryRunner['query']; stream: QueryRunner['stream'] };
    runner.query = ((...args: QueryArguments) =>
      this.#statement(args[0], () => query.apply(runner, args as Parameters<QueryRunner['query']>))) as typeof query;
    runner.stream = ((...args: Parameters<typeof stream>) =>
      this.#statement(args[0], () => stream.apply(runner, args))) as typeof stream;
    // A transaction is open from the start for everybody who asks; BEGIN itself waits for the first statement.
    Object.defineProperty(runner, 'isTransactionActive', {
      configurable: true,
      get: () => this.#begun || control.getStore() !== this,
      set: () => undefined,
    });
    return runner;
  }

  async #statement<T>(sql: string, run: () => Promise<T>): Promise<T> {
    if (control.getStore() === this) return run();
    const scope = currentScope(this.dataSource);
    const own = scope?.transaction === this ? scope : this.#outermost;
    if (!own) return run();
    own.assertOpen();
    await this.#untilInnermost(own);
    return this.#statements.run(async () => {
      own.assertOpen();
      const lost = this.#scopes.find((open) => this.#isLost(open));
      if (lost) throw new TransactionAbortedError(String(lost.beganAt), lost.abortedBy);
      await control.run(this, () => this.#begin());
      try {
        const result = await run();
        if (this.#write === undefined && mayWrite(sql)) this.#write = sql.trim().split(/\s+/, 1)[0].toUpperCase();
        if (/^\s*ROLLBACK TO\b/i.test(sql)) own.abortedBy = undefined;
        return result;
      } catch (error) {
        if (mayWrite(sql)) this.#write ??= sql.trim().split(/\s+/, 1)[0].toUpperCase();
        if (abortsTransaction(this.#engine, error)) this.#abort(own, error);
        throw error;
      }
    });
  }

  #abort(scope: Scope, error: unknown): void {
    // MariaDB's deadlock takes the whole transaction with it, PostgreSQL's errors the innermost savepoint.
    const lost = this.#engine === 'mysql' ? this.#scopes : [scope];
    for (const one of lost) one.abortedBy ??= error;
  }

  /** On MariaDB nothing may run after the server has dropped the transaction: it would be stored at once. */
  #isLost(scope: Scope): boolean {
    return this.#engine === 'mysql' && scope.abortedBy !== undefined;
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    await this.#runner.startTransaction(this.#engine === 'sqlite' ? undefined : this.isolation);
    this.#begun = true;
  }

  async #giveUp(): Promise<void> {
    try {
      if (this.#begun) await this.#control(() => this.#runner.rollbackTransaction());
    } catch {
      // The connection is gone or the server has rolled back by itself; releasing is all that is left.
    } finally {
      await this.#runner.release();
    }
  }

  #control<T>(run: () => Promise<T>): Promise<T> {
    return this.#statements.run(() => control.run(this, run));
  }

  async #untilInnermost(scope: Scope): Promise<void> {
    while (scope.outcome === undefined && this.#scopes.at(-1) !== scope) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #close(scope: Scope, outcome: 'committed' | 'rolled back'): void {
    scope.outcome = outcome;
    const index = this.#scopes.indexOf(scope);
    if (index !== -1) this.#scopes.splice(index, 1);
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
