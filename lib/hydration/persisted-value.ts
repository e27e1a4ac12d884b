import type { DataSource, EntityMetadata } from 'typeorm';

type Column = EntityMetadata['columns'][number];

/**
 * A column's value in a form that can be compared with `===`: what the driver would store, dates as
 * milliseconds, bytes and JSON as text. Undefined stays undefined: not set.
 *
 * Behind a transformer simple values are compared as they are: a transformer that encrypts with a new salt
 * would make every value look changed.
 */
export function persistedValue(dataSource: DataSource, column: Column, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (column.transformer && isSimple(value)) return comparable(value);
  return comparable(dataSource.driver.preparePersistentValue(value, column));
}

/** The comparable form of the value that the driver gave in a row. */
export function persistedValueOfRow(dataSource: DataSource, column: Column, raw: unknown): unknown {
  return persistedValue(dataSource, column, dataSource.driver.prepareHydratedValue(raw, column));
}

function isSimple(value: unknown): boolean {
  return typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array;
}

function comparable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return JSON.stringify(value);
}
