import type { EntityMetadata } from 'typeorm';
import type { RowReader } from '../entity-model/index.js';
import { columnProperty } from './column-property.js';
import { persistedValue, persistedValueOfRow } from './persisted-value.js';

type Column = EntityMetadata['columns'][number];
type Relation = EntityMetadata['relations'][number];
type Row = Readonly<Record<string, unknown>>;

/**
 * What is known about one entity's row: the values that the database holds, as far as they were read or
 * written. It keeps the row as the driver gave it and reads it late: loading costs next to nothing, only
 * saving compares.
 */
export class EntityState {
  readonly metadata: EntityMetadata;
  #row: Row | undefined;
  readonly #reader: RowReader | undefined;
  /** Values that are newer than the row, or that could change in place while the row is kept. */
  #known: Map<Column, unknown> | undefined;
  /** To-many relations as they were loaded. */
  #lists: Map<Relation, readonly unknown[]> | undefined;

  constructor(metadata: EntityMetadata, row?: Row, reader?: RowReader) {
    this.metadata = metadata;
    this.#row = row;
    this.#reader = reader;
    if (!row || !reader) return;
    for (const [name, column] of changeableInPlace(reader, row)) this.#remember(column, row[name]);
  }

  /** The comparable value that the database holds; undefined: not read, so unknown. */
  stored(column: Column): unknown {
    if (this.#known?.has(column) === true) return this.#known.get(column);
    if (!this.#row || !this.#reader) return undefined;
    return this.#remember(column, this.#row[this.#reader.nameInRow(column)]);
  }

  /** Takes the entity's own values of these columns as those that the database holds now. */
  accept(entity: object, columns: Iterable<Column>): void {
    const { dataSource } = this.metadata;
    for (const column of columns) {
      const value = columnProperty(entity, column);
      if (value !== undefined) this.acceptValue(column, persistedValue(dataSource, column, value));
    }
  }

  /** Takes a comparable value as the one that the database holds now. */
  acceptValue(column: Column, stored: unknown): void {
    (this.#known ??= new Map<Column, unknown>()).set(column, stored);
  }

  /** Notes what a to-many relation held when it was loaded. */
  acceptList(relation: Relation, items: readonly unknown[]): void {
    (this.#lists ??= new Map<Relation, readonly unknown[]>()).set(relation, [...items]);
  }

  /** Whether a to-many relation still holds just what was loaded; false when that is not known. */
  isListUnchanged(relation: Relation, items: readonly unknown[]): boolean {
    const loaded = this.#lists?.get(relation);
    return loaded?.length === items.length && loaded.every((item, index) => item === items[index]);
  }

  /** A function that puts the state back to what it is now. */
  snapshot(): () => void {
    const row = this.#row;
    const known = this.#known && new Map(this.#known);
    return () => {
      this.#row = row;
      this.#known = known && new Map(known);
    };
  }

  #remember(column: Column, raw: unknown): unknown {
    const stored = raw === undefined ? undefined : persistedValueOfRow(this.metadata.dataSource, column, raw);
    this.acceptValue(column, stored);
    return stored;
  }
}

const changeable = new WeakMap<RowReader, RowReader['columns']>();

/** Columns whose value is one object in the row and in the entity: a change in place would reach both. */
function changeableInPlace(reader: RowReader, row: Row): RowReader['columns'] {
  let columns = changeable.get(reader);
  if (!columns) {
    columns = reader.columns.filter(([name, column]) => mayHoldObject(row[name], column));
    changeable.set(reader, columns);
  }
  return columns;
}

const byType = new WeakMap<Column, boolean>();

function mayHoldObject(value: unknown, column: Column): boolean {
  if (column.isCreateDate || column.isUpdateDate) return false;
  if (typeof value === 'object' && value !== null) return true;
  let may = byType.get(column);
  if (may === undefined) {
    const type = typeof column.type === 'function' ? column.type.name : String(column.type);
    may = column.isArray || /json|date|timestamp|bytea|blob|binary|array/i.test(type);
    byType.set(column, may);
  }
  return may;
}
