import type { EntityMetadata } from 'typeorm';
import type { QueryContext, RowReader } from '../entity-model/index.js';
import { columnProperty, relationProperty } from './column-property.js';
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
  /** The query that the entity came from; undefined: it was not read, but written. */
  readonly query: QueryContext | undefined;
  #row: Row | undefined;
  readonly #reader: RowReader | undefined;
  /** Values that are newer than the row, or that could change in place while the row is kept. */
  #known: Map<Column, unknown> | undefined;
  /** What relations held when they were loaded or written; lists as copies. */
  #relations: Map<Relation, unknown> | undefined;
  /** The same for the relations that came with the row, in the order of the reader's. */
  #joined: unknown[] | undefined;

  constructor(metadata: EntityMetadata, row?: Row, reader?: RowReader, query?: QueryContext) {
    this.metadata = metadata;
    this.query = query;
    this.#row = row;
    this.#reader = reader;
    if (!row || !reader) return;
    for (const [name, column] of changeableInPlace(reader, row)) this.#remember(column, row[name]);
  }

  /** Whether the entity was made from a row; false: the application has made and written it. */
  get isRead(): boolean {
    return this.#reader !== undefined;
  }

  /** The relations that lead to the entity from the one that was queried, such as `author.`; empty for that one. */
  get path(): string {
    return `${this.query?.path ?? ''}${this.#reader?.path ?? ''}`;
  }

  /** Notes the relations that came with the entity's own row, by joins. */
  acceptJoined(entity: object): void {
    this.#joined = this.#reader?.joined.map((relation) => copied(relationProperty(entity, relation)));
  }

  /** The comparable value that the database holds; undefined: not read, so unknown. */
  stored(given: Column): unknown {
    const column = ownColumn(this.metadata, given);
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
    (this.#known ??= new Map<Column, unknown>()).set(ownColumn(this.metadata, column), stored);
  }

  /** Notes what a relation holds now, as loaded or written. */
  acceptRelation(relation: Relation, value: unknown): void {
    (this.#relations ??= new Map<Relation, unknown>()).set(ownRelation(this.metadata, relation), copied(value));
  }

  /** Forgets what a relation held: it counts as not loaded. */
  forgetRelation(relation: Relation): void {
    if (this.#joined) this.acceptRelation(relation, undefined);
    else this.#relations?.delete(ownRelation(this.metadata, relation));
  }

  /** What a relation held when it was last loaded or written; undefined: not known. */
  knownRelation(given: Relation): unknown {
    const relation = ownRelation(this.metadata, given);
    if (this.#relations?.has(relation) === true) return this.#relations.get(relation);
    return this.#joined?.[this.#reader?.joined.indexOf(relation) ?? -1];
  }

  /** Whether a relation still holds just what was loaded or written; false when that is not known. */
  isRelationUnchanged(relation: Relation, value: unknown): boolean {
    const known = this.knownRelation(relation);
    if (known === undefined) return false;
    if (!Array.isArray(known) || !Array.isArray(value)) return known === value;
    return known.length === value.length && known.every((item, index) => item === value[index]);
  }

  /** A function that puts the state back to what it is now. */
  snapshot(): () => void {
    const row = this.#row;
    const known = this.#known && new Map(this.#known);
    const relations = this.#relations && new Map(this.#relations);
    return () => {
      this.#row = row;
      this.#known = known && new Map(known);
      this.#relations = relations && new Map(relations);
    };
  }

  #remember(column: Column, raw: unknown): unknown {
    const stored = raw === undefined ? undefined : persistedValueOfRow(this.metadata.dataSource, column, raw);
    this.acceptValue(column, stored);
    return stored;
  }
}

/**
 * The columns and relations of the metadata that the entity was read with. A repository that was made before its data
 * source was closed and opened again has others.
 */
function ownColumn(metadata: EntityMetadata, column: Column): Column {
  if (column.entityMetadata === metadata) return column;
  return metadata.columns.find(({ databaseName }) => databaseName === column.databaseName) ?? column;
}

function ownRelation(metadata: EntityMetadata, relation: Relation): Relation {
  if (relation.entityMetadata === metadata) return relation;
  return metadata.relations.find(({ propertyPath }) => propertyPath === relation.propertyPath) ?? relation;
}

function copied(value: unknown): unknown {
  return Array.isArray(value) ? [...(value as unknown[])] : value;
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
    may =
      column.isArray ||
      /json|date|timestamp|bytea|blob|binary|array|geo|point|line|polygon|path|box|circle|interval/i.test(type);
    byType.set(column, may);
  }
  return may;
}
