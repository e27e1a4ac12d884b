import { Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import {
  APP_INTERCEPTOR,
  ApplicationConfig,
  DiscoveryModule,
  DiscoveryService,
  HttpAdapterHost,
  ModuleRef,
  ModulesContainer,
} from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { detectionOf } from '../relations/index.js';
import type { UnitOfWork } from '../transactions/index.js';
import { ApplicationOptions } from './application-options.js';
import { ErrorTranslationInterceptor } from './error-translation.interceptor.js';
import { ModelValidationPipe } from './model-validation.pipe.js';
import { describeHandlers } from './describe-handlers.js';
import { EntityTagInterceptor } from './entity-tag.interceptor.js';
import { NPlusOneInterceptor } from './n-plus-one.interceptor.js';
import { QueryTextPipe } from './query-text.pipe.js';
import { rootDataSources } from './root-data-source.js';
import { arrangeSerializers } from './serializers.js';
import { SqlModelExtExceptionFilter } from './sql-model-ext-exception.filter.js';
import { getUnitOfWorkToken } from './tokens.js';

/** What an application needs once for HTTP, however many data sources it has: the global enhancers. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    ApplicationOptions,
    {
      provide: APP_INTERCEPTOR,
      inject: [ApplicationOptions],
      useFactory: (options: ApplicationOptions) => new ErrorTranslationInterceptor(options),
    },
  ],
})
export class SqlModelExtHttpModule implements NestModule, OnModuleInit {
  constructor(
    private readonly options: ApplicationOptions,
    private readonly application: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
    private readonly moduleRef: ModuleRef,
    private readonly modules: ModulesContainer,
    discovery: DiscoveryService,
  ) {
    describeHandlers(discovery);
    arrangeSerializers(discovery);
  }

  /**
   * Adds the pipe and the filter behind those of the application. Nest asks for middleware here, of which
   * there is none; but it is the one moment after `app.useGlobalPipes()` and before the routes are made,
   * and it comes in HTTP applications only. Behind, because the application's own pipe has the first word
   * on a parameter, and because filters are asked from the last to the first.
   */
  configure(): void {
    const { validation, exceptionFilter } = this.options.combined;
    if (validation) {
      const pipes = this.application.getGlobalPipes();
      if (pipes.length > 0) pipes.unshift(new QueryTextPipe());
      this.application.useGlobalPipes(new ModelValidationPipe());
    }
    if (exceptionFilter) {
      this.application.useGlobalFilters(
        new SqlModelExtExceptionFilter(this.options, this.application, this.adapterHost.httpAdapter),
      );
    }
    // Around those of the application, so that the tag is that of the finished body, and of a committed version.
    this.application.getGlobalInterceptors().unshift(new EntityTagInterceptor(this.adapterHost.httpAdapter));
    // Around everything else, so that what other interceptors read counts as well.
    const thresholds = this.#nPlusOneThresholds();
    if (thresholds.size > 0) this.application.getGlobalInterceptors().unshift(new NPlusOneInterceptor(thresholds));
  }

  #nPlusOneThresholds(): Map<DataSource, number> {
    const thresholds = new Map<DataSource, number>();
    for (const root of rootDataSources(this.modules)) {
      const token = getUnitOfWorkToken(root.dataSource);
      const { dataSource } = this.moduleRef.get<UnitOfWork>(token, { strict: false });
      const { threshold } = detectionOf(dataSource);
      if (threshold !== false) thresholds.set(dataSource, threshold);
    }
    return thresholds;
  }

  /** Where there is no HTTP, contradictory options are found here. */
  onModuleInit(): void {
    void this.options.combined;
  }
}
