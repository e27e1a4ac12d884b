import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import {
  ConfigurationError,
  PendingWritesError,
  TransactionAbortedError,
  TransactionOutcomeUnknownError,
} from '../errors/index.js';
import type { Engine } from '../field-types/index.js';
import { transactionOfAttempt } from './attempt.js';
import type { CallSite } from './call-site.js';
import {
  abortsSavepoint,
  dropsTransaction,
  isConnectionLoss,
  isLockWaitTimeout,
  wasNeverSent,
} from './driver-failure.js';
import { Mutex } from './mutex.js';
import { Scope, type Hook, type ScopeOutcome, type ScopeTransaction } from './scope.js';
import { currentScope } from './scope-storage.js';
import { sqliteConnectionOf } from './sqlite-connection.js';
import { commitsImplicitly, endsTransaction, mayWrite, verbOf } from './statement-kind.js';
import { TransactionRunner, type QueryArguments } from './transaction-runner.js';
import type { Isolation } from './transaction-options.js';

/**
 * Marks what a statement causes itself: the statements of subscribers, BEGIN before the first statement,
 * SAVEPOINT and COMMIT. They must not wait for the statement that waits for them.
 */
interface Passage {
  readonly transaction: Transaction;
  open: boolean;
}

/** The part of pg's client that tells the state of its transaction; older versions of pg do not. */
interface PostgresClient {
  readonly readyForQuery?: boolean;
  getTransactionStatus?(): string | null;
  once(event: 'drain' | 'end' | 'error', listener: () => void): void;
}

const passages = new AsyncLocalStorage<Passage>();

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
  /** What subscribers threw after their transaction was stored already. */
  readonly lateFailures: unknown[] = [];
  readonly notes = new Map<symbol, unknown>();
  readonly attempt = transactionOfAttempt();
  readonly #engine: Engine;
  readonly #statements = new Mutex();
  readonly #outermost: Scope;
  /** The open scopes, the innermost last. */
  readonly #scopes: Scope[];
  readonly #waiting: (() => void)[] = [];
  readonly #runner: TransactionRunner;
  /** Whether BEGIN has been sent for what runs now. */
  #begun = false;
  /** Whether the server is in a transaction, as far as it has answered. */
  #open = false;
  #stored = false;
  /** The error with which the server gave the whole transaction up. Nothing may run after it. */
  #droppedBy: unknown;
  #write: string | undefined;

  constructor(dataSource: DataSource, isolation: Isolation | undefined, beganAt: CallSite) {
    this.dataSource = dataSource;
    this.isolation = isolation;
    this.#engine = engineOf(dataSource);
    this.#outermost = new Scope(this, beganAt, 1);
    this.#scopes = [this.#outermost];
    const { attempt } = this;
    if (attempt) this.#outermost.restores.push(() => (attempt.rolledBack = true));
    this.#runner = new TransactionRunner(dataSource, {
      query: (args) => this.#use(args[0], () => this.#send(args)),
      stream: (args) => this.#use(args[0], () => this.#runner.sendStream(args)),
      control: (step, proceed) => this.#byHand(step, proceed),
      // Open from the start for everybody who asks; BEGIN itself waits for the first statement.
      isTransactionActive: () => this.#open || !this.#isInside(),
    });
  }

  get runner(): QueryRunner {
    return this.#runner.runner;
  }

  /** The scope of the transaction itself. */
  get scope(): Scope {
    return this.#outermost;
  }

  owns(runner: QueryRunner): boolean {
    return this.#runner.owns(runner);
  }

  /** Opens a savepoint inside `parent`, after every other savepoint in `parent` has ended. */
  async openSavepoint(parent: Scope, beganAt: CallSite): Promise<Scope> {
    while (this.#mustWait(parent)) await this.#change();
    parent.assertOpen();
    // No await between the look and the push: the next in the queue must see it.
    const scope = new Scope(this, beganAt, 0);
    this.#scopes.push(scope);
    try {
      await this.#exclusive(async () => {
        parent.assertOpen();
        await this.#begin();
        const { depth } = this.#runner;
        try {
          await this.runner.startTransaction();
        } catch (error) {
          this.#runner.depth = depth;
          throw error;
        }
        scope.depth = depth + 1;
      });
    } catch (error) {
      this.#close(scope, 'rolled back');
      throw error;
    }
    return scope;
  }

  /** Ends a savepoint and keeps its work in the scope above. */
  async release(scope: Scope, parent: Scope): Promise<void> {
    while (this.#mustWait(scope)) await this.#change();
    await this.#exclusive(async () => {
      if (scope.abortedBy !== undefined) {
        await this.#undoSavepoint(scope, parent);
        throw new TransactionAbortedError(String(scope.beganAt), scope.abortedBy);
      }
      try {
        this.#runner.depth = scope.depth;
        await this.runner.commitTransaction();
      } catch (error) {
        await this.#undoSavepoint(scope, parent);
        throw error;
      }
      scope.mergeInto(parent);
      this.#close(scope, 'committed');
    });
  }

  /** Undoes a savepoint. Hooks for its commit are dropped; those for its rollback become due at the end. */
  async rollBackTo(scope: Scope, parent: Scope): Promise<void> {
    while (this.#mustWait(scope)) await this.#change();
    await this.#exclusive(() => this.#undoSavepoint(scope, parent));
  }

  /** Stores everything. */
  async commit(): Promise<void> {
    const scope = this.#outermost;
    while (this.#mustWait(scope)) await this.#change();
    // One passage from COMMIT to the end: a statement between them would be stored on its own.
    await this.#exclusive(async () => {
      if (this.#begun) await this.#commit(scope);
      this.#close(scope, 'committed');
      await this.#runner.release();
    });
  }

  /** Drops everything. Never throws: the error that led here matters more. */
  async rollBack(): Promise<void> {
    while (this.#mustWait(this.#outermost)) await this.#change();
    await this.#exclusive(() => this.#undo());
  }

  /**
   * Ends the transaction without writes and gives the connection back; the next statement begins anew.
   *
   * @throws PendingWritesError when something was written
   */
  async reset(): Promise<void> {
    const scope = this.#outermost;
    while (this.#mustWait(scope)) await this.#change();
    await this.#exclusive(async () => {
      scope.assertOpen();
      if (this.#write !== undefined) throw new PendingWritesError(String(scope.beganAt), this.#write);
      if (!this.#begun) return;
      this.#refuseAborted(scope);
      try {
        await this.#store(scope);
        await this.#runner.release();
      } catch (error) {
        await this.#giveUp();
        throw error;
      } finally {
        this.#renew();
      }
    });
  }

  async #commit(scope: Scope): Promise<void> {
    try {
      await this.#noticeAbort(scope);
      this.#refuseAborted(scope);
      await this.#store(scope);
    } catch (error) {
      await this.#undo();
      if (wasNeverSent(error)) throw new TransactionAbortedError(String(scope.beganAt), error);
      throw isConnectionLoss(error) ? new TransactionOutcomeUnknownError(String(scope.beganAt), error) : error;
    }
  }

  /** COMMIT; what subscribers throw after it is no reason to say that it failed. */
  async #store(scope: Scope): Promise<void> {
    this.#runner.depth = scope.depth;
    try {
      await this.runner.commitTransaction();
    } catch (error) {
      if (!this.#stored) throw error;
      this.lateFailures.push(error);
    }
  }

  /** PostgreSQL turns COMMIT into ROLLBACK, silently, after an error that we have not seen, as in a stream. */
  async #noticeAbort(scope: Scope): Promise<void> {
    if (this.#engine !== 'postgres' || scope.abortedBy !== undefined || this.runner.isReleased) return;
    const client = (await this.#runner.connection()) as PostgresClient;
    // A failed query rejects before the server has said that it is ready, and in what state.
    if (client.readyForQuery === false) {
      await new Promise<void>((resolve) => {
        for (const event of ['drain', 'end', 'error'] as const) client.once(event, () => resolve());
      });
    }
    if (client.getTransactionStatus?.() === 'E') {
      scope.abortedBy = new Error(
        'A statement failed beside the query runner, in a stream or on the connection itself.',
      );
    }
  }

  #refuseAborted(scope: Scope): void {
    if (scope.abortedBy !== undefined) throw new TransactionAbortedError(String(scope.beganAt), scope.abortedBy);
  }

  /** Somebody uses the runner. */
  async #use<T>(sql: string, run: () => Promise<T>): Promise<T> {
    if (this.#isInside()) return run();
    if (endsTransaction(sql)) throw endedByHand(verbOf(sql));
    if (this.#engine === 'mysql' && commitsImplicitly(sql)) throw committedByServer(verbOf(sql));
    return this.#asStatement(() => {
      // PostgreSQL would answer with its own "transaction is aborted", and the first error would be lost.
      if (!/^\s*ROLLBACK\b/i.test(sql)) for (const scope of this.#scopes) this.#refuseAborted(scope);
      return run();
    });
  }

  async #asStatement<T>(run: () => Promise<T>): Promise<T> {
    const scope = currentScope(this.dataSource);
    const own = scope?.transaction === this ? scope : this.#outermost;
    while (this.#mustWait(own)) await this.#change();
    own.assertOpen();
    return this.#exclusive(async () => {
      own.assertOpen();
      await this.#begin();
      // Awaited here, so that the stack of the statement names its caller.
      const result = await run();
      return result;
    });
  }

  /** Somebody uses the runner's transaction methods: savepoints inside ours, and never ours itself. */
  async #byHand(step: 'start' | 'commit' | 'rollback' | 'release', proceed: () => Promise<void>): Promise<void> {
    if (this.#isInside()) return proceed();
    // Code that releases the runner that it was given means its own use of it.
    if (step === 'release') return;
    await this.#asStatement(async () => {
      const innermost = this.#scopes.at(-1) ?? this.#outermost;
      if (step !== 'start' && this.#runner.depth <= innermost.depth) throw endedByHand(step.toUpperCase());
      await proceed();
    });
  }

  async #send(args: QueryArguments): Promise<unknown> {
    const [sql] = args;
    if (this.#write === undefined && mayWrite(sql)) this.#write = verbOf(sql);
    let result: unknown;
    try {
      result = await this.#runner.send(args);
    } catch (error) {
      await this.#noteFailure(error);
      throw error;
    }
    this.#noteSuccess(sql);
    return result;
  }

  #noteSuccess(sql: string): void {
    if (/^\s*ROLLBACK\s+TO\b/i.test(sql)) {
      const scope = this.#scopes.at(-1);
      if (scope && this.#droppedBy === undefined) scope.abortedBy = undefined;
    } else if (endsTransaction(sql)) {
      this.#open = /^\s*(?:BEGIN|START)\b/i.test(sql);
      this.#stored = /^\s*COMMIT\b/i.test(sql);
    }
  }

  async #noteFailure(error: unknown): Promise<void> {
    // BEGIN itself: nothing is open yet that could be lost.
    if (!this.#open || this.#droppedBy !== undefined) return;
    if (await this.#isDropped(error)) {
      this.#droppedBy = error;
      for (const scope of this.#scopes) scope.abortedBy ??= error;
    } else if (abortsSavepoint(this.#engine, error)) {
      const scope = this.#scopes.at(-1);
      if (scope) scope.abortedBy ??= error;
    }
  }

  async #isDropped(error: unknown): Promise<boolean> {
    if (dropsTransaction(this.#engine, error)) return true;
    if (this.#engine === 'sqlite') {
      return !((await this.#runner.connection()) as { inTransaction: boolean }).inTransaction;
    }
    if (!isLockWaitTimeout(this.#engine, error)) return false;
    const [row] = (await this.#runner.send(['SELECT @@innodb_rollback_on_timeout AS dropped'])) as {
      dropped: number;
    }[];
    // TypeORM has mysql2 give large integer types as text.
    return Number(row.dropped) === 1;
  }

  async #begin(): Promise<void> {
    if (this.#droppedBy !== undefined) {
      throw new TransactionAbortedError(String(this.#outermost.beganAt), this.#droppedBy);
    }
    if (this.#begun) return;
    try {
      await this.runner.startTransaction(this.#engine === 'sqlite' ? undefined : this.isolation);
    } catch (error) {
      await this.#giveUp();
      this.#renew();
      throw error;
    }
    this.#begun = true;
    sqliteConnectionOf(this.dataSource)?.note(this.#outermost.beganAt);
  }

  async #undo(): Promise<void> {
    await this.#giveUp();
    this.#outermost.restoreMemory();
    this.#close(this.#outermost, 'rolled back');
  }

  async #undoSavepoint(scope: Scope, parent: Scope): Promise<void> {
    try {
      this.#runner.depth = scope.depth;
      if (this.#droppedBy === undefined) await this.runner.rollbackTransaction();
    } catch (error) {
      parent.abortedBy ??= error;
    }
    this.#runner.depth = scope.depth - 1;
    scope.restoreMemory();
    this.undone.push(...scope.afterRollback);
    this.#close(scope, 'rolled back');
  }

  /** Rolls back whatever is open, and gives the connection back or, where even that fails, throws it away. */
  async #giveUp(): Promise<void> {
    try {
      await this.#rollBackOpen();
    } catch {
      await this.#runner.discard().catch(() => undefined);
    } finally {
      await this.#runner.release();
    }
  }

  async #rollBackOpen(): Promise<void> {
    if (!this.#open) return;
    try {
      this.#runner.depth = 1;
      await this.runner.rollbackTransaction();
    } catch {
      // A subscriber has thrown before it, or the server has rolled back by itself already.
      if (this.#open && this.#droppedBy === undefined) await this.#send(['ROLLBACK']);
    }
  }

  #renew(): void {
    this.#begun = false;
    this.#open = false;
    this.#stored = false;
    this.notes.clear();
    this.#runner.renew();
  }

  #isInside(): boolean {
    const passage = passages.getStore();
    return passage?.transaction === this && passage.open;
  }

  #exclusive<T>(run: () => Promise<T>): Promise<T> {
    return this.#statements.run(async () => {
      const passage: Passage = { transaction: this, open: true };
      try {
        return await passages.run(passage, run);
      } finally {
        passage.open = false;
      }
    });
  }

  #mustWait(scope: Scope): boolean {
    return scope.outcome === undefined && this.#scopes.at(-1) !== scope;
  }

  /** Until some scope has ended. */
  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #close(scope: Scope, outcome: ScopeOutcome): void {
    scope.outcome = outcome;
    const index = this.#scopes.indexOf(scope);
    if (index !== -1) this.#scopes.splice(index, 1);
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

function endedByHand(step: string): ConfigurationError {
  return new ConfigurationError(
    `${step} inside a unit of work: it begins and ends its transaction itself. Throw to roll back, use propagation NESTED for a part of it, or a query runner of your own.`,
  );
}

function committedByServer(verb: string): ConfigurationError {
  return new ConfigurationError(
    `${verb} inside a unit of work: the database would commit what is open and store every later statement at once. Run it outside, or with propagation NOT_SUPPORTED; delete rows instead of clear().`,
  );
}
