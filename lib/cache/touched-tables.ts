import type { KnownTable } from './known-tables.js';
import { TouchedTable } from './touched-table.js';

/** What one level of a transaction has changed. */
export class TouchedTables {
  readonly #tables = new Map<string, TouchedTable>();

  get size(): number {
    return this.#tables.size;
  }

  of(table: KnownTable, base: string): TouchedTable {
    let touched = this.#tables.get(base);
    if (!touched) this.#tables.set(base, (touched = new TouchedTable(table, base)));
    return touched;
  }

  has(base: string): boolean {
    return this.#tables.has(base);
  }

  merge(others: Iterable<TouchedTable>): void {
    for (const other of others) this.of(other.table, other.base).merge(other);
  }

  [Symbol.iterator](): Iterator<TouchedTable> {
    return this.#tables.values();
  }

  clear(): void {
    this.#tables.clear();
  }
}
