import { Inject } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { ConfigurationError } from '../errors/index.js';
import { UnitOfWork } from '../transactions/index.js';

/** Name of the data source that has none. */
export const DEFAULT_DATA_SOURCE = 'default';

const TOKENS = Symbol('nestjs-sqlmodel-ext:repository-tokens');
type TokenOwner = Function & { [TOKENS]?: Map<string, symbol> };

/**
 * The token of a model's repository. Kept on the class itself, so that two classes of one name never meet.
 *
 * @throws ConfigurationError when the model is undefined, as in a circular import
 */
export function getModelRepositoryToken(model: Function, dataSource: string = DEFAULT_DATA_SOURCE): symbol {
  if (typeof model !== 'function') {
    throw new ConfigurationError(
      'The model of a repository is not a class: with a circular import it is still undefined here. Move the model to a file of its own.',
    );
  }
  const owner = model as TokenOwner;
  if (!Object.hasOwn(owner, TOKENS)) Object.defineProperty(owner, TOKENS, { value: new Map<string, symbol>() });
  const tokens = owner[TOKENS] as Map<string, symbol>;
  let token = tokens.get(dataSource);
  if (!token) tokens.set(dataSource, (token = Symbol(`ModelRepository<${model.name}>(${dataSource})`)));
  return token;
}

/** Injects the repository of a model that `SqlModelExtModule.forFeature()` has registered. */
export function InjectModelRepository(model: Function, dataSource?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getModelRepositoryToken(model, dataSource));
}

/** The token of a data source's unit of work: the class itself for the data source without a name. */
export function getUnitOfWorkToken(dataSource: string = DEFAULT_DATA_SOURCE): typeof UnitOfWork | string {
  return dataSource === DEFAULT_DATA_SOURCE ? UnitOfWork : `${dataSource}UnitOfWork`;
}

/** Injects the unit of work of a named data source. Without a name, the type alone is enough. */
export function InjectUnitOfWork(dataSource?: string): ParameterDecorator & PropertyDecorator {
  return Inject(getUnitOfWorkToken(dataSource));
}

/** The token of a data source in `@nestjs/typeorm`. */
export function dataSourceToken(dataSource: string = DEFAULT_DATA_SOURCE): ReturnType<typeof getDataSourceToken> {
  return getDataSourceToken(dataSource);
}

/** The token of the connection to Redis that the cache of a data source and `CACHE_MANAGER` share. */
export function cacheConnectionToken(dataSource: string = DEFAULT_DATA_SOURCE): string {
  return `nestjs-sqlmodel-ext:redis:${dataSource}`;
}

/** The token of the checked options of a data source. */
export function rootOptionsToken(dataSource: string = DEFAULT_DATA_SOURCE): string {
  return `nestjs-sqlmodel-ext:options:${dataSource}`;
}
