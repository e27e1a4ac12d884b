import type { DataSource } from 'typeorm';
import { checkCacheOptions, configureCache, type CacheOptions } from '../cache/index.js';
import { checkTypeOrmVersion } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { configureStrictness, type StrictMode } from '../relations/index.js';
import { configurePreparedStatements } from './prepared-statements.js';

/** Options of `withSqlModelExt()`: those of `forRoot()` that mean something without Nest. */
export interface DataSourceExtOptions {
  /** What happens with relations that were not loaded. Default: `{ strict: 'throw', scope: 'models' }`. */
  readonly relations?: { readonly strict?: StrictMode; readonly scope?: 'models' | 'all' };
  /**
   * Where models with `cacheTtl` are cached: as in the application, so that what a script writes is seen there. Default:
   * nowhere.
   */
  readonly cache?: CacheOptions | false;
  /** Whether statements that come again are prepared once for each connection; PostgreSQL alone. Default true. */
  readonly preparedStatements?: boolean;
}

/**
 * Prepares a data source for models outside Nest: the TypeORM command line, seeds and scripts.
 *
 * ```ts
 * export default withSqlModelExt(new DataSource({ … }));
 * ```
 *
 * Loading this library is what teaches TypeORM about models, so importing a model file would do; the call
 * says so in the code, survives a refactoring that drops the import, and checks TypeORM's version.
 *
 * @throws ConfigurationError when the installed TypeORM is of a line that this version does not know, and for options
 * that are unknown or of the wrong value
 */
export function withSqlModelExt<Source extends DataSource>(
  dataSource: Source,
  options: DataSourceExtOptions = {},
): Source {
  checkTypeOrmVersion();
  checkOptions(options);
  const { strict: mode, scope } = options.relations ?? {};
  if (options.relations) configureStrictness(dataSource, { mode, scope });
  configurePreparedStatements(dataSource, options.preparedStatements);
  if (options.cache !== undefined && options.cache !== false) {
    // Read synchronously; what cannot be there is logged when the data source connects.
    configureCache(dataSource, checkCacheOptions('withSqlModelExt()', options.cache)).catch(() => undefined);
  }
  return dataSource;
}

const RELATIONS: Readonly<Record<string, readonly unknown[]>> = {
  strict: ['throw', 'warn', 'off'],
  scope: ['models', 'all'],
};

function checkOptions({ relations = {}, preparedStatements, cache: _, ...others }: DataSourceExtOptions): void {
  const unknown = Object.keys(others).at(0);
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `withSqlModelExt(): unknown option '${unknown}'. Allowed are relations, preparedStatements, cache.`,
    );
  }
  if (preparedStatements !== undefined && typeof preparedStatements !== 'boolean') {
    throw new ConfigurationError("withSqlModelExt(): 'preparedStatements' must be true or false.");
  }
  for (const [name, value] of Object.entries(relations)) {
    const allowed = Object.hasOwn(RELATIONS, name) ? RELATIONS[name] : undefined;
    if (allowed && (value === undefined || allowed.includes(value))) continue;
    throw new ConfigurationError(
      allowed
        ? `withSqlModelExt(): 'relations.${name}' must be ${allowed.join(' or ')}, but is ${String(value)}.`
        : `withSqlModelExt(): unknown option 'relations.${name}'. Allowed are ${Object.keys(RELATIONS).join(', ')}.`,
    );
  }
}
