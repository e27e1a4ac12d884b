import type { DataSource, EntityManager, EntityMetadata } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import {
  ConfigurationError,
  TransactionForbiddenError,
  TransactionRequiredError,
  UnsupportedPropagationError,
} from '../errors/index.js';
import { CallSite } from './call-site.js';
import type { Hook, Scope } from './scope.js';
import { currentScope, runInScope, surroundingScope } from './scope-storage.js';
import { Transaction } from './transaction.js';
import { wrongTransactionOption, type TransactionOptions } from './transaction-options.js';

type Touch = (dataSource: DataSource, metadatas: readonly EntityMetadata[]) => Promise<void>;

let touch: Touch | undefined;

/** Sets what is told which models a transaction changes unseen. */
export function onTouches(listener: Touch): void {
  touch = listener;
}

/** Where a unit of work tells what it cannot throw. */
export interface TransactionLog {
  error(message: string, cause: unknown): void;
}

const consoleLog: TransactionLog = {
  error: (message, cause) => {
    // Outside Nest there is no logger; a lost hook must still be seen.
    // eslint-disable-next-line no-console
    console.error(`[nestjs-sqlmodel-ext] ${message}`, cause);
  },
};

/**
 * The transactions of one data source. A transaction follows the asynchronous flow: every repository,
 * manager and query builder of the data source that is used inside takes part, ours and TypeORM's alike.
 */
export class UnitOfWork {
  constructor(
    readonly dataSource: DataSource,
    private readonly log: TransactionLog = consoleLog,
  ) {}

  /** Whether the current flow runs in an open transaction. */
  get isActive(): boolean {
    const scope = currentScope(this.dataSource);
    return scope !== undefined && scope.outcome === undefined;
  }

  /** The manager that takes part in the current transaction. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /**
   * Runs work in a transaction, as `propagation` says, and gives its result. Work that throws is rolled
   * back, and the error goes on.
   *
   * @throws TransactionRequiredError, TransactionForbiddenError, UnsupportedPropagationError by propagation
   * @throws TransactionEndedError when the current flow's transaction is already over
   * @throws TransactionAbortedError when a statement's error was caught inside and nothing can be kept
   * @throws TransactionOutcomeUnknownError when the connection broke during COMMIT
   */
  async run<T>(work: () => Promise<T> | T, options: TransactionOptions = {}): Promise<T> {
    const wrong = wrongTransactionOption(options);
    if (wrong !== undefined) throw new ConfigurationError(`unitOfWork.run(): ${wrong}.`);
    const { propagation = 'REQUIRED', isolation } = options;
    const current = currentScope(this.dataSource);
    if (propagation !== 'REQUIRES_NEW' && propagation !== 'NOT_SUPPORTED') current?.assertOpen();

    switch (propagation) {
      case 'REQUIRED':
        return current ? this.#join(current, isolation, work) : this.#begin(options, work);
      case 'NESTED':
        return current ? this.#nest(current, isolation, work) : this.#begin(options, work);
      case 'REQUIRES_NEW':
        this.#refuseOnSqlite(propagation);
        return this.#begin(options, work);
      case 'MANDATORY':
        if (!current) throw new TransactionRequiredError('Propagation MANDATORY');
        return this.#join(current, isolation, work);
      case 'NEVER':
        if (current) throw new TransactionForbiddenError(String(current.beganAt));
        return work();
      case 'SUPPORTS':
        return current ? this.#join(current, isolation, work) : work();
      case 'NOT_SUPPORTED':
        if (current?.outcome === undefined) this.#refuseOnSqlite(propagation);
        return runInScope(this.dataSource, undefined, work);
    }
  }

  /**
   * Registers work for after the outermost commit. Runs once, in order; what it throws is logged and
   * changes nothing. Without a transaction it runs at once.
   */
  afterCommit(hook: Hook): void {
    const scope = currentScope(this.dataSource);
    scope?.assertOpen();
    if (scope) scope.afterCommit.push(hook);
    else void this.#runHooks([hook], 'afterCommit');
  }

  /**
   * Registers work for after a rollback: of the outermost transaction, or of a savepoint around the call;
   * in both cases it runs when the outermost transaction has ended. Without a transaction nothing happens.
   */
  afterRollback(hook: Hook): void {
    const scope = currentScope(this.dataSource);
    scope?.assertOpen();
    scope?.afterRollback.push(hook);
  }

  /**
   * Says that the current transaction changes models in ways that its statements do not show, or shows them to nobody:
   * raw SQL, functions, triggers. What is cached of them is dropped when the transaction has committed, and no warning
   * is written. Without a transaction it is dropped now.
   *
   * @throws ConfigurationError for a class that is no entity of the data source
   */
  async touches(...models: readonly Function[]): Promise<void> {
    const metadatas = models.map((model) => {
      if (this.dataSource.hasMetadata(model)) return this.dataSource.getMetadata(model);
      throw new ConfigurationError(
        `unitOfWork.touches(): ${typeof model === 'function' ? model.name : String(model)} is no entity of the data source. Name the classes whose tables the SQL writes.`,
      );
    });
    currentScope(this.dataSource)?.assertOpen();
    await touch?.(this.dataSource, metadatas);
  }

  /**
   * Ends a transaction that has only read and gives its connection back, for long work in between; the
   * next statement begins a new one. Row locks are gone. Without a transaction nothing happens.
   *
   * @throws PendingWritesError when the transaction has written
   * @throws ConfigurationError inside a savepoint
   */
  async reset(): Promise<void> {
    const scope = currentScope(this.dataSource);
    if (!scope) return;
    scope.assertOpen();
    if (!scope.outermost) {
      throw new ConfigurationError(
        'reset() inside a NESTED unit of work would end the transaction around it: call it outside.',
      );
    }
    await scope.transaction.reset();
  }

  async #begin<T>({ isolation }: TransactionOptions, work: () => Promise<T> | T): Promise<T> {
    const transaction = new Transaction(this.dataSource, isolation, new CallSite());
    const { scope } = transaction;
    let result: T;
    try {
      result = await runInScope(this.dataSource, scope, work);
    } catch (error) {
      await transaction.rollBack();
      await this.#runHooks([...transaction.undone, ...scope.afterRollback], 'afterRollback');
      throw error;
    }
    try {
      await transaction.commit();
    } catch (error) {
      await this.#runHooks([...transaction.undone, ...scope.afterRollback], 'afterRollback');
      throw error;
    }
    for (const failure of transaction.lateFailures) {
      this.log.error('A subscriber failed after the commit; the transaction is stored.', failure);
    }
    await this.#runHooks(transaction.undone, 'afterRollback');
    await this.#runHooks(scope.afterCommit, 'afterCommit');
    return result;
  }

  async #nest<T>(parent: Scope, isolation: string | undefined, work: () => Promise<T> | T): Promise<T> {
    this.#checkIsolation(parent, isolation);
    const { transaction } = parent;
    const scope = await transaction.openSavepoint(parent, new CallSite());
    let result: T;
    try {
      result = await runInScope(this.dataSource, scope, work);
    } catch (error) {
      await transaction.rollBackTo(scope, parent);
      throw error;
    }
    await transaction.release(scope, parent);
    return result;
  }

  async #join<T>(scope: Scope, isolation: string | undefined, work: () => Promise<T> | T): Promise<T> {
    this.#checkIsolation(scope, isolation);
    return work();
  }

  #checkIsolation(scope: Scope, isolation: string | undefined): void {
    if (isolation === undefined || isolation === scope.transaction.isolation) return;
    throw new ConfigurationError(
      `Isolation ${isolation} was asked for, but the open transaction has ${scope.transaction.isolation ?? "the database's default"}; it began at ${String(scope.beganAt)}. Ask for it there, or use REQUIRES_NEW.`,
    );
  }

  #refuseOnSqlite(propagation: string): void {
    const open = surroundingScope(this.dataSource);
    if (!open || engineOf(this.dataSource) !== 'sqlite') return;
    throw new UnsupportedPropagationError(
      propagation,
      `SQLite has one connection, and the transaction that began at ${String(open.beganAt)} holds it. Use NESTED, or do this work after the transaction.`,
    );
  }

  /** Outside every transaction: what a hook does or breaks belongs to none, not even to one around it. */
  async #runHooks(hooks: readonly Hook[], kind: string): Promise<void> {
    for (const hook of hooks) {
      try {
        await runInScope(this.dataSource, undefined, hook);
      } catch (error) {
        this.log.error(`A hook of ${kind} failed; the transaction is not affected.`, error);
      }
    }
  }
}
