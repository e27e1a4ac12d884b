import type { FactoryProvider, Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, ObjectLiteral } from 'typeorm';
import type { Branded } from '../base-entities/index.js';
import { checkTableClass, ownModelDefinition } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { ModelRepository, type EntityClass } from '../repository/index.js';
import { DEFAULT_DATA_SOURCE, dataSourceToken, getModelRepositoryToken, rootOptionsToken } from './tokens.js';

/**
 * The repositories of some models, ours and TypeORM's. With `autoLoadEntities` the models are added to the
 * data source.
 *
 * @throws ConfigurationError for a class that is no table model, and at start-up when the data source does
 * not know the model or has no `forRoot()`
 */
export function featureProviders(models: readonly Function[], dataSource: string = DEFAULT_DATA_SOURCE): Provider[] {
  if (!isList(models)) {
    throw new ConfigurationError('forFeature() takes a list of models: SqlModelExtModule.forFeature([Article]).');
  }
  for (const model of models as readonly unknown[]) checkTableModel(model);
  // TypeORM's own providers, each made after ours: a model that cannot be served is ours to explain.
  const { providers = [] } = TypeOrmModule.forFeature([...models] as never[], dataSource);
  return models.flatMap((model, index) => [
    modelRepository(model, dataSource),
    typeOrmRepository(providers[index] as FactoryProvider, model, dataSource),
  ]);
}

function isList(models: unknown): boolean {
  return Array.isArray(models);
}

function modelRepository(model: Function, dataSource: string): Provider {
  return {
    provide: getModelRepositoryToken(model, dataSource),
    inject: [
      { token: dataSourceToken(dataSource), optional: true },
      { token: rootOptionsToken(dataSource), optional: true },
    ],
    useFactory: (source: DataSource | undefined, options: unknown) => {
      if (options === undefined || source === undefined) {
        const [call, fields] =
          dataSource === DEFAULT_DATA_SOURCE
            ? ['forRoot()', `[${model.name}]`]
            : [`forRoot({ dataSource: '${dataSource}' })`, `[${model.name}], '${dataSource}'`];
        throw new ConfigurationError(
          `SqlModelExtModule.forFeature(${fields}) needs SqlModelExtModule.${call} and a TypeOrmModule for the data source '${dataSource}' in the root module.`,
          { model: model.name, dataSource },
        );
      }
      return new ModelRepository(model as EntityClass<Branded & ObjectLiteral>, source);
    },
  };
}

function typeOrmRepository(provider: FactoryProvider, model: Function, dataSource: string): Provider {
  return {
    ...provider,
    inject: [{ token: dataSourceToken(dataSource), optional: true }, getModelRepositoryToken(model, dataSource)],
  };
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
      `forFeature() takes table models, but ${model.name} is not one: extend Table(…) or UuidTable(…) and add @Model(). A plain @Entity() belongs into TypeOrmModule.forFeature().`,
      { model: model.name },
    );
  }
}
