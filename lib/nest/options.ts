import type { ModuleMetadata, Type } from '@nestjs/common';
import { checkCacheOptions, type CacheOptions } from '../cache/index.js';
import { ConfigurationError } from '../errors/index.js';
import { wrongRetryRule, type RetryDefaults } from '../locking/index.js';
import { checkAnalysisOptions, type AnalysisOptions } from './analysis-options.js';

/** What happens with relations that were not loaded: option `relations` of `SqlModelExtModule.forRoot()`. */
export interface RelationOptions {
  /**
   * Reading a relation that was not loaded, or a column that was not selected: `throw` (default) an error,
   * `warn` once for each place and give undefined, or `off`: undefined, as TypeORM does.
   */
  readonly strict?: 'throw' | 'warn' | 'off';
  /** The classes that are guarded: `models` (default), or `all`: plain `@Entity` classes too. */
  readonly scope?: 'models' | 'all';
  /**
   * Relations that a `@ResponseModel` shows and the handler did not load: `load` (default) them in batches, or
   * `throw` an error that names all of them.
   */
  readonly responses?: 'load' | 'throw';
  /**
   * How often one query shape may repeat within a request before it is reported; `false`: never. Default: 5, and
   * `false` where `NODE_ENV` is `production`.
   */
  readonly nPlusOne?: number | false;
}

/** Options of `SqlModelExtModule.forRoot()`. All are optional. */
export interface SqlModelExtOptions {
  /** Name of the data source, as given to `TypeOrmModule`. Default: the data source without a name. */
  readonly dataSource?: string;
  /**
   * Binds and validates every parameter of an HTTP handler whose class is a `@Model`: unknown fields and wrong
   * values are answered with 400. Parameters that another pipe has turned into instances are left alone.
   * About the whole application: with several data sources, give it once. Default true.
   */
  readonly validation?: boolean;
  /**
   * Answers this library's errors and integrity errors of the database as 400, 404, 409, 422 and 503. About
   * the whole application: with several data sources, give it once. Default true.
   */
  readonly exceptionFilter?: boolean;
  /**
   * What clients read when a constraint is violated, by constraint name; SQLite tells the names of CHECK
   * constraints alone. Default: a sentence for each kind.
   */
  readonly integrityMessages?: Readonly<Record<string, string>>;
  /**
   * Milliseconds that work waits for SQLite's one connection before it is an error. Positive; default 30,000.
   * Other databases do not read it.
   */
  readonly sqliteWaitTimeout?: number;
  /**
   * Whether reads by key and updates of one row, outside transactions, are prepared once for each connection. Where a
   * pool in between does not keep prepared statements (PgBouncer before 1.21), that is noticed and they go out
   * unprepared. PostgreSQL alone reads it. Default true.
   */
  readonly preparedStatements?: boolean;
  /** What happens with relations that were not loaded. Default: strict for models. */
  readonly relations?: RelationOptions;
  /**
   * Where models with `cacheTtl` are cached; `false`: nowhere. In memory, several processes do not hear of each other's
   * writes. Default: in the memory of this process.
   */
  readonly cache?: CacheOptions | false;
  /** What `@RetryOnConflict()` does where it says nothing itself. Default: 3 retries. */
  readonly retry?: RetryDefaults;
  /**
   * The analysis of the application at its start: relations that will be read unloaded, and the like. About the whole
   * application: with several data sources, give it once. Default: warnings; off in production and tests.
   */
  readonly analysis?: AnalysisOptions;
}

/** Makes the options of a class given as `useClass` or `useExisting`. */
export interface SqlModelExtOptionsFactory {
  createSqlModelExtOptions(): Promise<SqlModelExtOptions> | SqlModelExtOptions;
}

/** Options of `SqlModelExtModule.forRootAsync()`: exactly one of `useFactory`, `useClass`, `useExisting`. */
export interface SqlModelExtAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Name of the data source: here, because it decides the injection tokens. Default: the data source without a name. */
  readonly dataSource?: string;
  /**
   * Whether `CACHE_MANAGER` is provided, on the connection of `cache.redis`: here, because it decides which modules are
   * imported. Default false.
   */
  readonly cacheManager?: boolean;
  /** Gives the options; `inject` names its arguments. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the arguments are whatever `inject` names
  readonly useFactory?: (...args: any[]) => Promise<SqlModelExtOptions> | SqlModelExtOptions;
  /** Tokens of the arguments of `useFactory`. */
  readonly inject?: readonly unknown[];
  /** A class that is instantiated and asked for the options. */
  readonly useClass?: Type<SqlModelExtOptionsFactory>;
  /** A provider of the imported modules that is asked for the options. */
  readonly useExisting?: Type<SqlModelExtOptionsFactory>;
}

const ALLOWED = [
  'dataSource',
  'validation',
  'exceptionFilter',
  'integrityMessages',
  'sqliteWaitTimeout',
  'preparedStatements',
  'relations',
  'retry',
  'cache',
  'analysis',
];
const BOOLEANS = ['validation', 'exceptionFilter', 'preparedStatements'];
const RELATIONS: Readonly<Record<keyof RelationOptions, readonly unknown[]>> = {
  strict: ['throw', 'warn', 'off'],
  scope: ['models', 'all'],
  responses: ['load', 'throw'],
  nPlusOne: [false, 'a positive integer'],
};
const ASYNC = ['dataSource', 'cacheManager', 'imports', 'useFactory', 'inject', 'useClass', 'useExisting'];

/**
 * @throws ConfigurationError for an option that is unknown or of the wrong type
 */
export function checkRootOptions(options: unknown): SqlModelExtOptions {
  for (const [name, value] of entriesOf(options)) {
    if (!ALLOWED.includes(name)) fail(`unknown option '${name}'. Allowed are ${ALLOWED.join(', ')}`, name);
    if (value === undefined) continue;
    if (name === 'dataSource') checkDataSourceName(value);
    if (BOOLEANS.includes(name) && typeof value !== 'boolean') {
      fail(`'${name}' must be true or false`, name);
    }
    if (name === 'sqliteWaitTimeout' && !(Number.isInteger(value) && (value as number) > 0)) {
      fail("'sqliteWaitTimeout' must be a positive integer of milliseconds", name);
    }
    if (name === 'integrityMessages' && !isWording(value)) {
      fail("'integrityMessages' must be an object of constraint names and sentences", name);
    }
    if (name === 'relations') checkRelationOptions(value);
    if (name === 'retry') checkRetryOptions(value);
    if (name === 'cache' && value !== false) checkCacheOptions('SqlModelExtModule', value);
    if (name === 'analysis') checkAnalysisOptions(value);
  }
  return options as SqlModelExtOptions;
}

/**
 * @throws ConfigurationError for an option that is unknown, and unless exactly one way of getting the
 * options is given
 */
export function checkAsyncOptions(options: SqlModelExtAsyncOptions): void {
  for (const [name] of entriesOf(options)) {
    if (ASYNC.includes(name)) continue;
    const hint = ALLOWED.includes(name) ? `; '${name}' is for the options that useFactory gives` : '';
    fail(`unknown option '${name}' of forRootAsync(). Allowed are ${ASYNC.join(', ')}${hint}`, name);
  }
  const ways = [options.useFactory, options.useClass, options.useExisting].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    fail(
      `forRootAsync() takes exactly one of useFactory, useClass and useExisting, but got ${ways.length}`,
      'useFactory',
    );
  }
  if (options.inject !== undefined && options.useFactory === undefined) {
    fail("'inject' names the arguments of useFactory, which is not given", 'inject');
  }
  if (options.cacheManager !== undefined && typeof options.cacheManager !== 'boolean') {
    fail("'cacheManager' must be true or false", 'cacheManager');
  }
  if (options.dataSource !== undefined) checkDataSourceName(options.dataSource);
}

function checkRelationOptions(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail("'relations' must be an object, such as { strict: 'throw' }", 'relations');
  }
  for (const [name, choice] of Object.entries(value)) {
    const choices = Object.hasOwn(RELATIONS, name) ? RELATIONS[name as keyof RelationOptions] : undefined;
    if (!choices) {
      fail(`unknown option 'relations.${name}'. Allowed are ${Object.keys(RELATIONS).join(', ')}`, `relations.${name}`);
    }
    if (choice === undefined || choices.includes(choice)) continue;
    if (name === 'nPlusOne' && Number.isInteger(choice) && (choice as number) > 0) continue;
    fail(
      `'relations.${name}' must be ${choices.map(String).join(' or ')}, but is ${String(choice)}`,
      `relations.${name}`,
    );
  }
}

function checkRetryOptions(value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    fail("'retry' must be an object, such as { retries: 5 }", 'retry');
  }
  const wrong = wrongRetryRule(value);
  if (wrong !== undefined) fail(`'retry': ${wrong}`, 'retry');
}

function entriesOf(options: unknown): [string, unknown][] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ConfigurationError(
      `SqlModelExtModule: the options must be an object, but are ${Array.isArray(options) ? 'a list' : String(options)}.`,
    );
  }
  return Object.entries(options);
}

function checkDataSourceName(value: unknown): void {
  if (typeof value !== 'string' || value === '') fail("'dataSource' must be a name", 'dataSource');
}

function isWording(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function fail(what: string, option: string): never {
  throw new ConfigurationError(`SqlModelExtModule: ${what}.`, { option });
}
