import type { ModulesContainer } from '@nestjs/core';
import type { SqlModelExtOptions } from './options.js';
import { rootOptionsToken } from './tokens.js';

/** The provider by which each `forRoot()` is found again; its value is the name of the data source. */
export const ROOT_DATA_SOURCE = 'nestjs-sqlmodel-ext:root-data-source';

/** What one `forRoot()` was given. */
export interface RootDataSource {
  readonly dataSource: string;
  /** Undefined until the container has made them. */
  readonly options: SqlModelExtOptions | undefined;
}

/** Every `forRoot()` of an application, in the order of import. */
export function rootDataSources(modules: ModulesContainer): RootDataSource[] {
  return [...modules.values()].flatMap(({ providers }) => {
    const dataSource: unknown = providers.get(ROOT_DATA_SOURCE)?.instance;
    if (typeof dataSource !== 'string') return [];
    const options = providers.get(rootOptionsToken(dataSource))?.instance as SqlModelExtOptions | null | undefined;
    return [{ dataSource, options: options ?? undefined }];
  });
}
