import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import { prepareSelect, type PreparedSelect } from '../entity-model/index.js';
import { decodeValue, encodeValue } from './body-codec.js';
import type { Body, Slot } from './cache-store.js';
import { driverClassesOf, type DriverClasses } from './driver-classes.js';
import { digest, escaped } from './key-space.js';
import { keyTextOf, type KeyText } from './key-text-of.js';
import { readingOf } from './reading-of.js';
import type { RowIdentity } from './row-identity.js';
import { kindOf, kindsOf } from './value-kinds.js';

type Column = EntityMetadata['columns'][number];

/** A row as the driver gives it, by the names of a select of the whole model. */
export type RawRow = Record<string, unknown>;

/** Changes when the form of what is stored changes. */
const FORM = 2;

/** In place of the id of a row that has none: nobody asks for it. */
const UNNAMED = '\0unnamed';

/** A row that several readers have: what is an object in it is made anew for each. */
interface SharedRow {
  readonly row: RawRow;
  readonly values: readonly unknown[];
  readonly own: (index: number) => unknown;
}

interface KeyColumn {
  readonly name: string;
  readonly column: Column;
  readonly text: KeyText;
}

/** What is known about a model for caching it. */
export class CachedModel {
  readonly metadata: EntityMetadata;
  readonly name: string;
  /** Milliseconds for which its entries live. */
  readonly ttl: number;
  /** Stands for the columns that rows are stored with: entries of other releases have another one. */
  readonly fingerprint: string;
  /** Tells the classes of one table apart, in keys. */
  readonly type: string;
  readonly table: string;
  readonly #names: readonly string[];
  /** Kinds of the values of each column, which what the database gives may widen. */
  readonly #kinds: number[];
  readonly #classes: DriverClasses;
  readonly #primary: readonly KeyColumn[];
  readonly #select: PreparedSelect<ObjectLiteral>;
  /** The last epoch that was asked for. */
  #epoch = '';
  #stamp = '';

  constructor(metadata: EntityMetadata, ttl: number) {
    this.metadata = metadata;
    this.name = metadata.name;
    this.ttl = ttl;
    this.table = tableName(metadata);
    const { dataSource } = metadata;
    this.#select = prepareSelect(dataSource.createQueryBuilder(metadata.target as never, metadata.name));
    const columns = new Map(this.#select.columns);
    this.#names = [...columns.keys()];
    this.#kinds = [...columns.values()].map(kindsOf);
    this.#classes = driverClassesOf(dataSource);
    this.#primary = metadata.primaryColumns.map((column) => ({
      name: this.#select.nameInRow(column),
      column,
      text: keyTextOf(column),
    }));
    this.type = metadata.discriminatorColumn ? `.${escaped(String(metadata.discriminatorValue))}` : '';
    this.fingerprint = digest(JSON.stringify([FORM, metadata.targetName, this.#names, shapeOf(metadata)])).slice(0, 8);
  }

  get dataSource(): DataSource {
    return this.metadata.dataSource;
  }

  /**
   * @throws UnstorableValue when a value cannot be stored
   */
  encode(row: RawRow): Body {
    const values: Body[] = [];
    for (let index = 0; index < this.#names.length; index++) {
      const value = encodeValue(row[this.#names[index]], this.#classes);
      this.#kinds[index] |= kindOf(value);
      values.push(value);
    }
    return values;
  }

  /** The row again, new; undefined where the body does not fit. */
  decode(body: Body): RawRow | undefined {
    const names = this.#names;
    if (!Array.isArray(body) || body.length !== names.length) return undefined;
    const row: RawRow = {};
    try {
      for (let index = 0; index < names.length; index++) {
        const each = body[index] as Body;
        const kind = kindOf(each);
        if ((kind & this.#kinds[index]) !== kind) return undefined;
        row[names[index]] = typeof each === 'object' && each !== null ? decodeValue(each, this.#classes) : each;
      }
    } catch {
      return undefined;
    }
    return row;
  }

  /** A new entity of a stored row that others read as well; undefined: it does not fit. */
  hydrateSlot(slot: Slot & { state: 'value' }): ObjectLiteral | undefined {
    const shared = (slot.decoded ??= this.#share(slot.body)) as SharedRow | undefined;
    if (shared === undefined) return undefined;
    const hydrate = this.#select.hydrateShared;
    if (!hydrate) return this.hydrate([this.decode(slot.body) as RawRow])[0];
    return hydrate(shared.row, shared.values, shared.own);
  }

  #share(body: Body): SharedRow | undefined {
    const row = this.decode(body);
    if (row === undefined) return undefined;
    const bodies = body as readonly Body[];
    return { row, values: Object.values(row), own: (index) => decodeValue(bodies[index], this.#classes) };
  }

  /** The stamp of its rows under an epoch. */
  stampUnder(epoch: string): string {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#stamp = `${epoch}.${this.fingerprint}`;
    }
    return this.#stamp;
  }

  /** Entities of rows, by the door through which all rows come. */
  hydrate(rows: readonly RawRow[]): ObjectLiteral[] {
    return this.#select.hydrate(rows);
  }

  /**
   * The id of a row in keys, from the values of its primary key in the order of the columns; undefined: it has none,
   * because the database may know the row by another spelling as well.
   */
  id(values: readonly unknown[]): string | undefined {
    const primary = this.#primary;
    if (values.length !== primary.length) return undefined;
    if (primary.length === 1) return primary[0].text(values[0]);
    const texts: string[] = [];
    for (const [index, { text }] of primary.entries()) {
      const each = text(values[index]);
      if (each === undefined) return undefined;
      texts.push(each);
    }
    return JSON.stringify(texts);
  }

  /** The id of a row; one that nobody asks for where it has none. */
  idOf(row: RawRow): string {
    const { driver } = this.dataSource;
    const values = this.#primary.map(({ name, column }): unknown => driver.prepareHydratedValue(row[name], column));
    return this.id(values) ?? UNNAMED;
  }

  /** The row behind an entity, or behind an object that holds its key; undefined: its row has no id, or not yet. */
  identityOf(entity: ObjectLiteral): RowIdentity | undefined {
    const id = this.id(this.#primary.map(({ column }): unknown => column.getEntityValue(entity)));
    return id === undefined ? undefined : { id, key: this.metadata.getEntityIdMap(entity) ?? {} };
  }
}

/** The name of a table in keys: that of its schema and its own, whatever the class is called. */
export function tableName({ tablePath }: EntityMetadata): string {
  return escaped(tablePath);
}

function shapeOf(metadata: EntityMetadata): unknown {
  return [
    metadata.dataSource.options.type,
    readingOf(metadata),
    metadata.columns.map((column) => [
      column.databaseName,
      column.propertyPath,
      typeof column.type === 'function' ? column.type.name : column.type,
      column.isArray,
      column.enum,
      column.precision,
      column.scale,
      column.isSelect,
    ]),
  ];
}
