import { queryEpochKey, rowEpochKey, rowKey } from './key-space.js';
import type { KnownTable } from './known-tables.js';
import type { RowIdentity } from './row-identity.js';

/** Rows that are invalidated one by one; with more of one table all of them are at once. */
const MOST_ROWS = 200;

interface TouchedRow extends RowIdentity {
  /** Whether the transaction has written it, so that nobody else can until it ends. */
  readonly isOwn: boolean;
}

/** What a transaction, or a savepoint in it, has changed of one table. */
export class TouchedTable {
  allRows = false;
  /** The rows that were changed, by their ids. */
  readonly rows = new Map<string, TouchedRow>();

  constructor(
    readonly table: KnownTable,
    /** What the keys of the table begin with for the tenant that has written. */
    readonly base: string,
  ) {}

  touchAll(): void {
    this.allRows = true;
    this.rows.clear();
  }

  touch({ id, key }: RowIdentity, isOwn: boolean): void {
    if (this.allRows) return;
    this.rows.set(id, { id, key, isOwn: isOwn || this.rows.get(id)?.isOwn === true });
    if (this.rows.size > MOST_ROWS) this.touchAll();
  }

  merge(other: TouchedTable): void {
    if (other.allRows) this.touchAll();
    for (const row of other.rows.values()) this.touch(row, row.isOwn);
  }

  /** The keys that must not be read while the change is committed. */
  keys(): string[] {
    const { base, table } = this;
    if (this.allRows) return [queryEpochKey(base), rowEpochKey(base)];
    const keys = [queryEpochKey(base)];
    for (const id of this.rows.keys()) for (const { type } of table.models) keys.push(rowKey(base, type, id));
    return keys;
  }

  /** The keys that make everything of the table unreachable. */
  epochKeys(): string[] {
    return [queryEpochKey(this.base), rowEpochKey(this.base)];
  }
}
