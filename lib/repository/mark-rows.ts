import { ConfigurationError } from '../errors/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { asEntity } from './as-entity.js';
import type { ModelFacts } from './model-facts.js';

/**
 * Sets or clears the date of deletion of entities, through TypeORM, which knows its cascades and listeners.
 *
 * @throws ConfigurationError for a model without such a date
 */
export async function markRows(
  facts: ModelFacts,
  operation: 'softDelete' | 'restore',
  given: readonly unknown[],
): Promise<void> {
  const { dataSource, metadata, name } = facts;
  if (!metadata.deleteDateColumn) {
    throw new ConfigurationError(
      `${operation}(): ${name} has no date of deletion: add a @DeleteDateColumn(), or use delete().`,
      {
        model: name,
        operation,
      },
    );
  }
  const entities = [...new Set(given.map((entity) => asEntity(facts, entity, operation)))];
  if (entities.length === 0) return;
  await new UnitOfWork(dataSource).run(async () => {
    if (operation === 'softDelete') await dataSource.manager.softRemove(entities);
    else await dataSource.manager.recover(entities);
  });
}
