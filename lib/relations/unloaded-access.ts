import type { EntityMetadata } from 'typeorm';
import { ColumnNotSelectedError, RelationNotLoadedError } from '../errors/index.js';
import type { EntityState } from '../hydration/index.js';
import { CallSite } from '../transactions/index.js';
import { strictnessOf, type StrictMode } from './strictness.js';

/** How strictly what an entity does not have is guarded: its query has the first word. */
export function modeOf(state: EntityState): StrictMode {
  const strict = state.query?.strict;
  if (strict === undefined) return strictnessOf(state.metadata.dataSource).mode;
  return strict ? 'throw' : 'off';
}

/**
 * What reading a relation that was not loaded, or a column that was not selected, gives.
 *
 * @returns undefined, where it does not throw
 * @throws RelationNotLoadedError, ColumnNotSelectedError
 */
export function readUnloaded(state: EntityState, path: string, getter: Function): undefined {
  const mode = modeOf(state);
  if (mode === 'off' || isReadForDifference(getter)) return undefined;
  const error = errorOf(state, path);
  if (mode === 'throw') {
    // The stack begins where the property was read.
    Error.captureStackTrace(error, getter);
    throw error;
  }
  warnOnce(state.metadata, path, error.message);
  return undefined;
}

/** Jest's printer of differences copies objects with all that their prototypes have, accessors included. */
const PRINTER = /^ +at .*[\\/]node_modules[\\/]jest-matcher-utils[\\/]/;
const isInJest = process.env.JEST_WORKER_ID !== undefined;

/** Whether the property is read to print how two values differ: that shall tell the difference. */
function isReadForDifference(getter: Function): boolean {
  if (!isInJest) return false;
  const reader = { stack: '' };
  Error.captureStackTrace(reader, getter);
  return PRINTER.test(reader.stack.split('\n')[1] ?? '');
}

function errorOf({ metadata, query, path: toEntity, isRead }: EntityState, path: string): Error {
  const place = query?.readAt?.place;
  const details = place === undefined ? {} : { readAt: place };
  return metadata.relations.some(({ propertyPath }) => propertyPath === path)
    ? new RelationNotLoadedError(metadata.name, path, { ...details, path: `${toEntity}${path}`, isWritten: !isRead })
    : new ColumnNotSelectedError(metadata.name, path, details);
}

/** Places are kept while the process runs; code that is made at run time does not fill the memory. */
const MOST_PLACES = 1_000;
const warned = new WeakMap<EntityMetadata, Set<string>>();

function warnOnce(metadata: EntityMetadata, path: string, message: string): void {
  const place = `${path} at ${new CallSite().toString()}`;
  let places = warned.get(metadata);
  if (!places) warned.set(metadata, (places = new Set()));
  if (places.has(place) || places.size >= MOST_PLACES) return;
  places.add(place);
  strictnessOf(metadata.dataSource).warn(`${message} Read ${place.slice(path.length + 1)}.`);
}
