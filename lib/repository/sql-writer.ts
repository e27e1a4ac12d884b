import type { DataSource, EntityMetadata } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import type { Engine } from '../field-types/index.js';
import type { Column } from './model-facts.js';

/** A statement with its values apart. */
export interface Statement {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** Writes the parts of a statement: names as the engine quotes them, values as parameters in its notation. */
export class SqlWriter {
  readonly engine: Engine;
  readonly parameters: unknown[] = [];
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.engine = engineOf(dataSource);
  }

  table({ tablePath }: EntityMetadata): string {
    return tablePath
      .split('.')
      .map((part) => this.name(part))
      .join('.');
  }

  name(name: string): string {
    return this.#dataSource.driver.escape(name);
  }

  column({ databaseName }: Column): string {
    return this.name(databaseName);
  }

  /** A column's value, as a parameter; SQL that was given as a value, `() => 'now()'`, as it is. */
  value(column: Column, value: unknown): string {
    if (typeof value === 'function') return (value as () => string)();
    const { driver } = this.#dataSource;
    this.parameters.push(driver.preparePersistentValue(value, column));
    const placeholder = this.engine === 'postgres' ? `$${this.parameters.length}` : '?';
    if (driver.spatialTypes.includes(column.type as never)) return this.#shape(column, placeholder);
    // SQLite keeps `jsonb` in a form of its own, which only its function makes.
    return this.engine === 'sqlite' && column.type === 'jsonb' ? `jsonb(${placeholder})` : placeholder;
  }

  /** A geometry, from the text in which TypeORM gives it: GeoJSON on PostgreSQL, WKT on MariaDB and MySQL. */
  #shape({ type, srid }: Column, placeholder: string): string {
    const reference = srid === undefined ? '' : `, ${srid}`;
    if (this.engine !== 'postgres') return `ST_GeomFromText(${placeholder}${reference})`;
    const shape = `ST_GeomFromGeoJSON(${placeholder})`;
    return `${srid === undefined ? shape : `ST_SetSRID(${shape}${reference})`}::${String(type)}`;
  }

  /** `column = value`, or `IS NULL`: as a condition. */
  equals(column: Column, value: unknown, owner = ''): string {
    const name = owner + this.column(column);
    return value === null ? `${name} IS NULL` : `${name} = ${this.value(column, value)}`;
  }

  done(sql: string): Statement {
    return { sql, parameters: this.parameters };
  }
}
