import { AsyncLocalStorage } from 'node:async_hooks';
import type { RowIdentity } from './row-identity.js';

/** The rows that statements write, by the names of their tables; of a table that is not among them they are not known. */
export type DeclaredWrite = ReadonlyMap<string, readonly RowIdentity[]>;

const storage = new AsyncLocalStorage<DeclaredWrite>();
const executor = new AsyncLocalStorage<DeclaredWrite>();

const BUILDER: DeclaredWrite = new Map();

/** What the current flow says about the statement that it sends; undefined: it is SQL by hand. */
export function declaredWrite(): DeclaredWrite | undefined {
  // TypeORM moves nested sets by texts of its own.
  return storage.getStore() ?? (executor.getStore() && BUILDER);
}

/** Runs a statement of the repository's own, which writes just these rows of its table. */
export function declareRows<T>(table: string, rows: readonly RowIdentity[], work: () => T): T {
  return storage.run(new Map([[table, rows]]), work);
}

/** Runs what TypeORM does to save entities: its own statements write these rows. */
export function declareSave<T>(rows: DeclaredWrite, work: () => T): T {
  return executor.run(rows, work);
}

/**
 * Runs a builder's statements. Those by which TypeORM saves entities, and those of the repository, call no listeners;
 * those of anybody in between, such as a subscriber, write what they like.
 */
export function declareBuilder<T>(work: () => T, builder: unknown): T {
  const isOurs = (builder as Partial<Builder>).expressionMap?.callListeners === false;
  if (!isOurs) return storage.run(BUILDER, work);
  return storage.getStore() ? work() : storage.run(executor.getStore() ?? BUILDER, work);
}

interface Builder {
  readonly expressionMap: { readonly callListeners: boolean };
}

/** Runs work whose statements are not SQL by hand, and write what their text says. */
export function declareStatement<T>(work: () => T): T {
  return storage.getStore() ? work() : storage.run(BUILDER, work);
}
