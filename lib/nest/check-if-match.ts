import type { EntityMetadata } from 'typeorm';
import { ConfigurationError, PreconditionFailedError, PreconditionRequiredError } from '../errors/index.js';
import { columnProperty } from '../hydration/index.js';
import { entityTagsIn } from './entity-tags-in.js';

/** The version part of our tags: `3-` and the hash of a body, or `3` alone. */
const VERSION = /^(-?\d+)(?:-[\w-]*)?$/;

/** Large integer types arrive as text. */
type Version = number | string | bigint;

/**
 * Compares a request's `If-Match` with the version of a row. The version alone decides: a body of another shape, or
 * one that a proxy has compressed and whose tag it has weakened (`W/"3-…"`), is of the same version.
 *
 * @throws PreconditionRequiredError when there is no `If-Match` and one is required
 * @throws PreconditionFailedError when it names another version, or nothing that could be one
 */
export function checkIfMatch(
  metadata: EntityMetadata,
  row: object,
  given: string | readonly string[] | undefined,
  isRequired: boolean,
): void {
  if (given === undefined) {
    if (isRequired) throw new PreconditionRequiredError(metadata.name);
    return;
  }
  const header = typeof given === 'string' ? given : given.join(', ');
  const tags = entityTagsIn(header);
  if (tags === '*') return;
  const version = (metadata.versionColumn && columnProperty(row, metadata.versionColumn)) as Version | undefined;
  if (version === undefined) {
    throw new ConfigurationError(`@ModelParam(${metadata.name}): 'ifMatch' needs the version, which was not read.`);
  }
  if (!tags?.some((tag) => VERSION.exec(tag)?.[1] === String(version))) {
    throw new PreconditionFailedError(metadata.name, header, version);
  }
}
