import type { EntityMetadata } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { cacheTtlOf } from './data-source-cache.js';
import { EPOCH_TTL } from './invalidation.js';

const LONGEST_TTL = EPOCH_TTL / 1_000;

/**
 * Refuses models that can never be cached rightly: what is read with their rows depends on rows of other tables, whose
 * writes nobody connects with them.
 *
 * @param models those with `cacheTtl`
 * @throws ConfigurationError that names the model, the property and the fix
 */
export function checkCachedModels(models: readonly EntityMetadata[]): void {
  for (const model of models) {
    checkTtl(model);
    if (model.tableType === 'view') {
      fail(model, undefined, 'is a view, and nobody knows when the rows behind it change');
    }
    for (const { isVirtualProperty, propertyPath } of model.columns) {
      if (isVirtualProperty) fail(model, propertyPath, 'is a @VirtualColumn, whose SQL may read other tables');
    }
    for (const { propertyName } of model.relationIds) {
      fail(model, propertyName, 'is a @RelationId, which TypeORM reads in a query of its own');
    }
  }
}

function checkTtl(model: EntityMetadata): void {
  const ttl = cacheTtlOf(model);
  if (ttl === undefined || (Number.isInteger(ttl) && ttl > 0 && ttl <= LONGEST_TTL)) return;
  throw new ConfigurationError(
    `${model.name}: cacheTtl is ${ttl}, but must be whole seconds, from 1 to ${LONGEST_TTL} (30 days). Did you mean milliseconds?`,
    { model: model.name },
  );
}

function fail(model: EntityMetadata, property: string | undefined, what: string): never {
  const subject = property === undefined ? model.name : `${model.name}.${property}`;
  const fix =
    property === undefined
      ? 'Remove cacheTtl.'
      : `Remove cacheTtl, or read '${property}' another way: a foreign key is a column as well, other tables have queries of their own.`;
  throw new ConfigurationError(`${subject} ${what}: ${model.name} cannot be cached. ${fix}`, {
    model: model.name,
    ...(property === undefined ? {} : { property }),
  });
}
