import type { QueryRunner } from 'typeorm';
import { TransactionEndedError } from '../errors/index.js';
import type { AttemptTransaction } from './attempt.js';
import type { CallSite } from './call-site.js';
import type { Isolation } from './transaction-options.js';

/** Work for after the transaction. */
export type Hook = () => unknown;

/** How a scope ended. */
export type ScopeOutcome = 'committed' | 'rolled back';

/** The transaction that a scope belongs to, as its scopes' users see it. */
export interface ScopeTransaction {
  /** The runner that every manager and builder of this transaction's flow uses. */
  readonly runner: QueryRunner;
  readonly isolation: Isolation | undefined;
  /** What other rooms know about this transaction, under their own symbols; emptied by `reset()`. */
  readonly notes: Map<symbol, unknown>;
  /** What entities that are read in it remember; undefined where nothing repeats the work of this transaction. */
  readonly attempt: AttemptTransaction | undefined;
  /** Whether a runner is this transaction's. */
  owns(runner: QueryRunner): boolean;
  openSavepoint(parent: Scope, beganAt: CallSite): Promise<Scope>;
  release(scope: Scope, parent: Scope): Promise<void>;
  rollBackTo(scope: Scope, parent: Scope): Promise<void>;
  reset(): Promise<void>;
}

/**
 * One level of a transaction: the transaction itself, or a savepoint in it. What is registered on a
 * savepoint goes to the level above when the savepoint is released.
 */
export class Scope {
  readonly transaction: ScopeTransaction;
  readonly beganAt: CallSite;
  readonly afterCommit: Hook[] = [];
  readonly afterRollback: Hook[] = [];
  /** Put memory back to what it was before the scope, newest first. */
  readonly restores: (() => void)[] = [];
  /** The error of a statement after which the database keeps nothing of this scope. */
  abortedBy: unknown;
  outcome: ScopeOutcome | undefined;

  /** 1 for the transaction itself, more for savepoints; TypeORM's count while the scope is the innermost. */
  depth: number;

  constructor(transaction: ScopeTransaction, beganAt: CallSite, depth: number) {
    this.transaction = transaction;
    this.beganAt = beganAt;
    this.depth = depth;
  }

  /** The transaction itself, not a savepoint in it. */
  get outermost(): boolean {
    return this.depth === 1;
  }

  /** @throws TransactionEndedError when the scope is over */
  assertOpen(): void {
    if (this.outcome !== undefined) throw new TransactionEndedError(this.outcome, String(this.beganAt));
  }

  /** Hands what was registered to the level above, which decides now. */
  mergeInto(parent: Scope): void {
    parent.afterCommit.push(...this.afterCommit);
    parent.afterRollback.push(...this.afterRollback);
    parent.restores.push(...this.restores);
  }

  /** Puts memory back to what it was before the scope. */
  restoreMemory(): void {
    for (const restore of this.restores.reverse()) restore();
    this.restores.length = 0;
  }
}
