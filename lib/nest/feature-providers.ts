import type { Provider } from '@nestjs/common';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { checkTableClass, ownModelDefinition } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { ModelRepository, type EntityClass } from '../repository/index.js';
import { DEFAULT_DATA_SOURCE, dataSourceToken, getModelRepositoryToken, rootOptionsToken } from './tokens.js';

/**
 * The repositories of some models.
 *
 * @throws ConfigurationError for a class that is no table model, and at start-up when the data source does
 * not know the model or has no `forRoot()`
 */
export function featureProviders(models: readonly Function[], dataSource: string = DEFAULT_DATA_SOURCE): Provider[] {
  return models.map((model) => {
    checkTableModel(model);
    return {
      provide: getModelRepositoryToken(model, dataSource),
      inject: [dataSourceToken(dataSource), { token: rootOptionsToken(dataSource), optional: true }],
      useFactory: (source: DataSource, options: unknown) => {
        if (options === undefined) {
          throw new ConfigurationError(
            `SqlModelExtModule.forFeature([${model.name}]) needs SqlModelExtModule.forRoot() for the data source '${dataSource}' in the root module.`,
          );
        }
        return new ModelRepository(model as EntityClass<Branded & ObjectLiteral>, source);
      },
    };
  });
}

function checkTableModel(model: unknown): void {
  if (typeof model !== 'function') {
    throw new ConfigurationError(
      `forFeature() got ${String(model)} where a model class is needed: with a circular import it is still undefined here.`,
    );
  }
  checkTableClass(model, 'in forFeature()');
  if (ownModelDefinition(model)?.table !== true) {
    throw new ConfigurationError(
      `forFeature() takes table models, but ${model.name} is not one: extend Table(…) or UuidTable(…) and add @Model().`,
      { model: model.name },
    );
  }
}
