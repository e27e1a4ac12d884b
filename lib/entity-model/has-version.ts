import { getMetadataArgsStorage } from 'typeorm';
import { lineage } from '../field-types/index.js';

/** Whether a class, or one that it extends, declares a version column. */
export function hasVersion(model: Function): boolean {
  const classes = new Set<unknown>(lineage(model));
  return getMetadataArgsStorage().columns.some(({ target, mode }) => mode === 'version' && classes.has(target));
}
