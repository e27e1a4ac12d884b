export { SqlModelExtCoreModule } from './sql-model-ext-core.module.js';
export { featureProviders } from './feature-providers.js';
export type { AnalysisMode, AnalysisOptions } from './analysis-options.js';
export type {
  RelationOptions,
  SqlModelExtAsyncOptions,
  SqlModelExtOptions,
  SqlModelExtOptionsFactory,
} from './options.js';
export { getModelRepositoryToken, getUnitOfWorkToken, InjectModelRepository, InjectUnitOfWork } from './tokens.js';
export { Transactional, type TransactionalOptions } from './transactional.decorator.js';
export { RetryOnConflict, type RetryOnConflictOptions } from './retry-on-conflict.decorator.js';
export { SuppressFinding, type SuppressFindingOptions } from './suppress-finding.decorator.js';
export { ModelParam, type ModelParamOptions } from './model-param.decorator.js';
export { ResponseModel, type ResponseModelOptions } from './response-model.decorator.js';
