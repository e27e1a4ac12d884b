import { Module, type DynamicModule } from '@nestjs/common';
import {
  featureProviders,
  SqlModelExtCoreModule,
  type SqlModelExtAsyncOptions,
  type SqlModelExtOptions,
} from './nest/index.js';

/**
 * The module beside the application's own `TypeOrmModule`.
 *
 * ```ts
 * @Module({
 *   imports: [
 *     TypeOrmModule.forRoot({ type: 'postgres', url, autoLoadEntities: true }),
 *     SqlModelExtModule.forRoot({}),
 *     SqlModelExtModule.forFeature([User, Article]),
 *   ],
 * })
 * ```
 */
@Module({})
export class SqlModelExtModule {
  /**
   * Once for each data source, in the root module. What it provides is global.
   *
   * @throws ConfigurationError for wrong options, and at start-up when a data source has two
   */
  static forRoot(options: SqlModelExtOptions = {}): DynamicModule {
    return { module: SqlModelExtModule, imports: [SqlModelExtCoreModule.forRoot(options)] };
  }

  /** As `forRoot()`, with options that other providers give. */
  static forRootAsync(options: SqlModelExtAsyncOptions): DynamicModule {
    return { module: SqlModelExtModule, imports: [SqlModelExtCoreModule.forRootAsync(options)] };
  }

  /**
   * The repositories of these models, for `@InjectModelRepository()` and TypeORM's `@InjectRepository()`.
   * With `autoLoadEntities` the models are added to the data source.
   */
  static forFeature(models: readonly Function[], dataSource?: string): DynamicModule {
    const providers = featureProviders(models, dataSource);
    return { module: SqlModelExtModule, providers, exports: providers };
  }
}
