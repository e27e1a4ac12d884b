import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Scope } from './scope.js';

/** The scopes that the current asynchronous flow runs in: one entry per data source counts, the nearest. */
interface Entry {
  readonly dataSource: DataSource;
  /** Undefined: outside any transaction of this data source, though one may be open around it. */
  readonly scope: Scope | undefined;
  readonly outer: Entry | undefined;
}

const storage = new AsyncLocalStorage<Entry>();

/** The scope that the current flow runs in; it may have ended. */
export function currentScope(dataSource: DataSource): Scope | undefined {
  for (let entry = storage.getStore(); entry; entry = entry.outer) {
    if (entry.dataSource === dataSource) return entry.scope;
  }
  return undefined;
}

/** An open scope around the current flow, suspended ones included. */
export function surroundingScope(dataSource: DataSource): Scope | undefined {
  for (let entry = storage.getStore(); entry; entry = entry.outer) {
    if (entry.dataSource === dataSource && entry.scope && entry.scope.outcome === undefined) return entry.scope;
  }
  return undefined;
}

/** The nearest scope around the current flow whose transaction this runner belongs to; it may have ended. */
export function scopeOfRunner(dataSource: DataSource, runner: QueryRunner): Scope | undefined {
  for (let entry = storage.getStore(); entry; entry = entry.outer) {
    if (entry.dataSource === dataSource && entry.scope?.transaction.owns(runner)) return entry.scope;
  }
  return undefined;
}

/** Runs work in a scope, or outside every scope of the data source. */
export function runInScope<T>(dataSource: DataSource, scope: Scope | undefined, work: () => T): T {
  return storage.run({ dataSource, scope, outer: storage.getStore() }, work);
}
