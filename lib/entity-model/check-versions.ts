import type { DataSource } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { ownModelDefinition } from './model-definition.js';
import { afterEntityMetadata } from './typeorm-internals.js';

/**
 * TypeORM would count one of two versions and compare neither. Their type is no question: it makes every version an
 * integer, whatever the column says.
 *
 * @throws ConfigurationError for a model that has two versions
 */
export function checkVersions(dataSource: DataSource): void {
  for (const { target, name, columns } of dataSource.entityMetadatas) {
    if (typeof target !== 'function' || !ownModelDefinition(target)) continue;
    const versions = columns.filter((column) => column.isVersion);
    if (versions.length < 2) continue;
    const names = versions.map(({ propertyPath }) => `'${propertyPath}'`).join(' and ');
    throw new ConfigurationError(`${name} has two versions, ${names}: keep one.`, { model: name });
  }
}

afterEntityMetadata(checkVersions);
