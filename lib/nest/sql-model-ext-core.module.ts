import { randomUUID } from 'node:crypto';
import { Inject, Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { checkTypeOrmVersion } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { configureRetries } from '../locking/index.js';
import { configureDetection, configureStrictness } from '../relations/index.js';
import { configurePreparedStatements } from '../repository/index.js';
import { sqliteConnectionOf, UnitOfWork } from '../transactions/index.js';
import { AnalysisModule } from './analysis.module.js';
import { CacheConnection } from './cache-connection.js';
import { CACHE_MANAGER_SOURCE, cacheManagerModule, checkCacheManagers } from './cache-manager.module.js';
import { configureCacheOf } from './configure-cache-of.js';
import { SqlModelExtHttpModule } from './http.module.js';
import {
  checkAsyncOptions,
  checkRootOptions,
  type SqlModelExtAsyncOptions,
  type SqlModelExtOptions,
  type SqlModelExtOptionsFactory,
} from './options.js';
import { RequirementsModule } from './requirements.module.js';
import { configureResponses } from './response-relations.js';
import { ROOT_DATA_SOURCE, rootDataSources } from './root-data-source.js';
import {
  cacheConnectionToken,
  DEFAULT_DATA_SOURCE,
  dataSourceToken,
  getUnitOfWorkToken,
  rootOptionsToken,
} from './tokens.js';
import { warnAboutTimeZone } from './warn-about-time-zone.js';

/** Makes every call its own module for Nest's `deep-hash` as well, so that none is dropped silently. */
const CALL = 'nestjs-sqlmodel-ext:call';

/** What one data source needs once in an application. Global. */
@Module({})
export class SqlModelExtCoreModule {
  constructor(@Inject(ROOT_DATA_SOURCE) dataSource: string, modules: ModulesContainer) {
    checkTypeOrmVersion();
    const count = rootDataSources(modules).filter((root) => root.dataSource === dataSource).length;
    if (count > 1) {
      throw new ConfigurationError(
        `SqlModelExtModule.forRoot() was imported ${count} times for the data source '${dataSource}': import it once, in the root module.`,
        { dataSource },
      );
    }
  }

  static forRoot(options: SqlModelExtOptions): DynamicModule {
    const checked = checkRootOptions(options);
    const { cache } = checked;
    const hasRedis = cache !== undefined && cache !== false && cache.redis !== undefined;
    const cacheManager = hasRedis && cache.cacheManager !== false;
    return coreModule(checked.dataSource ?? DEFAULT_DATA_SOURCE, [], cacheManager, (token) => [
      { provide: token, useValue: checked },
    ]);
  }

  static forRootAsync(options: SqlModelExtAsyncOptions): DynamicModule {
    checkAsyncOptions(options);
    const dataSource = options.dataSource ?? DEFAULT_DATA_SOURCE;
    return coreModule(dataSource, options.imports ?? [], options.cacheManager === true, (token) =>
      asyncProviders(token, options),
    );
  }
}

function coreModule(
  dataSource: string,
  imports: NonNullable<DynamicModule['imports']>,
  cacheManager: boolean,
  optionProviders: (token: string) => Provider[],
): DynamicModule {
  const optionsToken = rootOptionsToken(dataSource);
  const redisToken = cacheConnectionToken(dataSource);
  const unitOfWork: Provider = {
    provide: getUnitOfWorkToken(dataSource),
    inject: [{ token: dataSourceToken(dataSource), optional: true }, optionsToken, redisToken],
    useFactory: async (source: DataSource | undefined, options: SqlModelExtOptions, redis: CacheConnection) => {
      const found = source ?? missingDataSource(dataSource);
      await configureCacheOf(found, dataSource, options.cache, redis.client);
      return makeUnitOfWork(found, options);
    },
  };
  return {
    module: SqlModelExtCoreModule,
    global: true,
    imports: [
      SqlModelExtHttpModule,
      RequirementsModule,
      AnalysisModule,
      ...(cacheManager ? [cacheManagerModule(redisToken)] : []),
      ...imports,
    ],
    providers: [
      { provide: ROOT_DATA_SOURCE, useValue: dataSource },
      { provide: CALL, useValue: randomUUID() },
      ...(cacheManager ? [{ provide: CACHE_MANAGER_SOURCE, useValue: dataSource }] : []),
      ...optionProviders(optionsToken),
      {
        provide: redisToken,
        inject: [optionsToken, ModulesContainer],
        useFactory: ({ cache }: SqlModelExtOptions, modules: ModulesContainer) => {
          checkCacheManagers(modules);
          return CacheConnection.of(cache, cacheManager);
        },
      },
      unitOfWork,
    ],
    exports: [optionsToken, redisToken, unitOfWork],
  };
}

function missingDataSource(dataSource: string): never {
  const call =
    dataSource === DEFAULT_DATA_SOURCE
      ? 'TypeOrmModule.forRoot(…)'
      : `TypeOrmModule.forRoot({ name: '${dataSource}', … })`;
  throw new ConfigurationError(
    `SqlModelExtModule: the application has no data source '${dataSource}'. Import ${call} in the root module, or correct 'dataSource'.`,
    { dataSource },
  );
}

function makeUnitOfWork(source: DataSource, options: SqlModelExtOptions): UnitOfWork {
  const logger = new Logger('SqlModelExt');
  warnAboutTimeZone(source, logger);
  const connection = sqliteConnectionOf(source);
  configureStrictness(source, {
    mode: options.relations?.strict,
    scope: options.relations?.scope,
    warn: (message) => {
      logger.warn(message);
    },
  });
  configurePreparedStatements(source, options.preparedStatements);
  configureResponses(source, options.relations?.responses);
  configureDetection(source, {
    threshold: options.relations?.nPlusOne,
    warn: (message) => {
      logger.warn(message);
    },
  });
  configureRetries(source, {
    defaults: options.retry ?? {},
    log: (message, cause) => {
      logger.error(message, cause instanceof Error ? cause.stack : String(cause));
    },
  });
  if (connection && options.sqliteWaitTimeout !== undefined) connection.waitTimeout = options.sqliteWaitTimeout;
  return new UnitOfWork(source, {
    error: (message, cause) => {
      logger.error(message, cause instanceof Error ? cause.stack : String(cause));
    },
  });
}

function asyncProviders(token: string, options: SqlModelExtAsyncOptions): Provider[] {
  const checked = (given: SqlModelExtOptions): SqlModelExtOptions => {
    const result = checkRootOptions(given);
    if (result.dataSource !== undefined && result.dataSource !== (options.dataSource ?? DEFAULT_DATA_SOURCE)) {
      throw new ConfigurationError(
        `forRootAsync(): the options name the data source '${result.dataSource}'; put 'dataSource' beside useFactory, because it decides the injection tokens.`,
        { option: 'dataSource' },
      );
    }
    return result;
  };
  const { useFactory, useClass, useExisting, inject = [] } = options;
  if (useFactory) {
    return [
      {
        provide: token,
        inject: [...inject] as never[],
        useFactory: async (...args: unknown[]) => checked(await useFactory(...args)),
      },
    ];
  }
  const factory = (useClass ?? useExisting) as NonNullable<typeof useClass>;
  return [
    ...(useClass ? [{ provide: useClass, useClass }] : []),
    {
      provide: token,
      inject: [factory],
      useFactory: async (made: SqlModelExtOptionsFactory) => checked(await made.createSqlModelExtOptions()),
    },
  ];
}
