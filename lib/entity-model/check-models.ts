import { getMetadataArgsStorage, type DataSource } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { ownModelDefinition } from './model-definition.js';
import { extendsTableBase } from './table-marker.js';
import { beforeEntityMetadata } from './typeorm-internals.js';

/** Refuses a table class without `@Model()`, and one that `@Entity()` claims as well. */
export function checkTableClass(model: unknown, where: string): void {
  if (typeof model !== 'function' || !extendsTableBase(model)) return;
  if (!ownModelDefinition(model)) {
    throw new ConfigurationError(
      `${model.name} (${where}) extends a table base but has no @Model(): add @Model() to it.`,
    );
  }
  if (getMetadataArgsStorage().tables.filter((table) => table.target === model).length > 1) {
    throw new ConfigurationError(`${model.name} has both @Model() and @Entity(): remove @Entity().`);
  }
}

/** Checks every entity class that a data source lists itself. */
export function checkDataSourceModels(dataSource: DataSource): void {
  const entities = dataSource.options.entities ?? [];
  const listed: unknown[] = Array.isArray(entities) ? entities : Object.values(entities);
  for (const entity of listed) checkTableClass(entity, "in the data source's entities");
}

beforeEntityMetadata(checkDataSourceModels);
