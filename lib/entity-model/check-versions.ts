import type { DataSource, EntityMetadata } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { ownModelDefinition } from './model-definition.js';
import { afterEntityMetadata } from './typeorm-internals.js';

const INTEGERS = /^(?:number|int|int2|int4|int8|integer|tinyint|smallint|mediumint|bigint|unsigned big int)$/i;

/**
 * A version is a count: times are rounded by databases and drivers, so that two writes in a millisecond would have one.
 *
 * @throws ConfigurationError for a model whose version is no integer, or that has two
 */
export function checkVersions(dataSource: DataSource): void {
  for (const metadata of dataSource.entityMetadatas) {
    const { target } = metadata;
    if (typeof target === 'function' && ownModelDefinition(target)) checkVersion(metadata);
  }
}

function checkVersion({ name, columns }: EntityMetadata): void {
  const versions = columns.filter((column) => column.isVersion);
  if (versions.length > 1) {
    const names = versions.map(({ propertyPath }) => `'${propertyPath}'`).join(' and ');
    throw new ConfigurationError(`${name} has two versions, ${names}: keep one.`, { model: name });
  }
  for (const { type, propertyPath } of versions) {
    const text = typeof type === 'function' ? type.name : type;
    if (INTEGERS.test(text)) continue;
    throw new ConfigurationError(
      `${name}.${propertyPath} is the version and has the type ${text}: a version must be an integer, because times are rounded and two writes could have one. Use OptimisticLock(…), or @VersionColumn() without a type.`,
      { model: name, column: propertyPath },
    );
  }
}

afterEntityMetadata(checkVersions);
