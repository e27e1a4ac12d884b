import { Inject, Logger, Module, type DynamicModule, type Provider } from '@nestjs/common';
import {
  APP_FILTER,
  APP_INTERCEPTOR,
  APP_PIPE,
  DiscoveryModule,
  DiscoveryService,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { checkTypeOrmVersion } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import { sqliteConnectionOf, UnitOfWork } from '../transactions/index.js';
import { ErrorTranslationInterceptor } from './error-translation.interceptor.js';
import { ModelValidationPipe } from './model-validation.pipe.js';
import {
  checkAsyncOptions,
  checkRootOptions,
  type SqlModelExtAsyncOptions,
  type SqlModelExtOptions,
  type SqlModelExtOptionsFactory,
} from './options.js';
import { describeResponses } from './response-schemas.js';
import { SqlModelExtExceptionFilter } from './sql-model-ext-exception.filter.js';
import { DEFAULT_DATA_SOURCE, dataSourceToken, getUnitOfWorkToken, rootOptionsToken } from './tokens.js';
import { warnAboutTimeZone } from './warn-about-time-zone.js';

const ROOT_DATA_SOURCE = 'nestjs-sqlmodel-ext:root-data-source';

/** What one data source needs once in an application. Global. */
@Module({})
export class SqlModelExtCoreModule {
  constructor(@Inject(ROOT_DATA_SOURCE) dataSource: string, modules: ModulesContainer, discovery: DiscoveryService) {
    checkTypeOrmVersion();
    const roots = [...modules.values()].filter(
      (module) =>
        module.metatype === SqlModelExtCoreModule && module.getProviderByKey(ROOT_DATA_SOURCE).instance === dataSource,
    );
    if (roots.length > 1) {
      throw new ConfigurationError(
        `SqlModelExtModule.forRoot() was imported ${roots.length} times for the data source '${dataSource}': import it once, in the root module.`,
        { dataSource },
      );
    }
    describeResponses(discovery);
  }

  static forRoot(options: SqlModelExtOptions): DynamicModule {
    const checked = checkRootOptions(options);
    return coreModule(checked.dataSource ?? DEFAULT_DATA_SOURCE, [], (token) => [
      { provide: token, useValue: checked },
    ]);
  }

  static forRootAsync(options: SqlModelExtAsyncOptions): DynamicModule {
    checkAsyncOptions(options);
    const dataSource = options.dataSource ?? DEFAULT_DATA_SOURCE;
    return coreModule(dataSource, options.imports ?? [], (token) => asyncProviders(token, options));
  }
}

function coreModule(
  dataSource: string,
  imports: NonNullable<DynamicModule['imports']>,
  optionProviders: (token: string) => Provider[],
): DynamicModule {
  const optionsToken = rootOptionsToken(dataSource);
  const unitOfWork: Provider = {
    provide: getUnitOfWorkToken(dataSource),
    inject: [dataSourceToken(dataSource), optionsToken],
    useFactory: (source: DataSource, options: SqlModelExtOptions) => makeUnitOfWork(source, options),
  };
  return {
    module: SqlModelExtCoreModule,
    global: true,
    imports: [DiscoveryModule, ...imports],
    providers: [
      { provide: ROOT_DATA_SOURCE, useValue: dataSource },
      ...optionProviders(optionsToken),
      unitOfWork,
      {
        provide: APP_PIPE,
        inject: [optionsToken],
        useFactory: (options: SqlModelExtOptions) => new ModelValidationPipe(options),
      },
      {
        provide: APP_INTERCEPTOR,
        inject: [optionsToken],
        useFactory: (options: SqlModelExtOptions) => new ErrorTranslationInterceptor(options),
      },
      {
        provide: APP_FILTER,
        inject: [optionsToken, HttpAdapterHost],
        useFactory: (options: SqlModelExtOptions, host: HttpAdapterHost) =>
          new SqlModelExtExceptionFilter(options, host.httpAdapter),
      },
    ],
    exports: [optionsToken, unitOfWork],
  };
}

function makeUnitOfWork(source: DataSource, options: SqlModelExtOptions): UnitOfWork {
  const logger = new Logger('SqlModelExt');
  warnAboutTimeZone(source, logger);
  const connection = sqliteConnectionOf(source);
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
