import type { EntityMetadata } from 'typeorm';

/** The primary key of an entity's row as a text that is equal for equal keys. */
export function rowKey(metadata: EntityMetadata, entity: object): string {
  return JSON.stringify(metadata.primaryColumns.map((column) => comparableKey(column.getEntityValue(entity))));
}

/** A key in a form that is equal for equal keys, whether it came as a number, text, date or bytes. */
export function comparableKey(key: unknown): unknown {
  if (typeof key === 'string') return key;
  if (key instanceof Date) return key.toISOString();
  if (key instanceof Uint8Array) return Buffer.from(key).toString('hex');
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : key;
}
