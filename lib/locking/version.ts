import type { EntityMetadata } from 'typeorm';
import { ColumnNotSelectedError, ProtectedFieldError } from '../errors/index.js';
import { columnProperty, persistedValue, type EntityState } from '../hydration/index.js';

type Column = EntityMetadata['columns'][number];

/** The version that a writer expects its row to have. */
export interface ExpectedVersion {
  readonly column: Column;
  /** As the driver stores it. */
  readonly value: unknown;
}

/**
 * The version with which an entity was read; undefined for models without one.
 *
 * @throws ColumnNotSelectedError when the query left the version out: nothing could be compared
 * @throws ProtectedFieldError when somebody has assigned another version
 */
export function expectedVersion(entity: object, state: EntityState): ExpectedVersion | undefined {
  const { metadata } = state;
  const column = metadata.versionColumn;
  if (!column) return undefined;
  const value = state.stored(column);
  if (value === undefined) throw new ColumnNotSelectedError(metadata.name, column.propertyPath);
  const own = columnProperty(entity, column);
  if (own !== undefined && !isSameVersion(persistedValue(metadata.dataSource, column, own), value)) {
    throw new ProtectedFieldError(metadata.name, [column.propertyPath]);
  }
  return { column, value };
}

/** The version after one more write. Large integer types arrive as text and stay text. */
export function nextVersion(version: unknown): unknown {
  if (typeof version === 'bigint') return version + 1n;
  return typeof version === 'string' ? String(BigInt(version) + 1n) : Number(version) + 1;
}

/** Whether two versions are the same: drivers give large integer types as text. */
export function isSameVersion(a: unknown, b: unknown): boolean {
  return String(a) === String(b);
}
