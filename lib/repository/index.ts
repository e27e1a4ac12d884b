import './cached-relations.js';
import './persist-guard.js';

export { ModelRepository, type NewRow, type Patch } from './model-repository.js';
export { withSqlModelExt, type DataSourceExtOptions } from './with-sql-model-ext.js';
export { configurePreparedStatements } from './prepared-statements.js';
export { modelFacts, type EntityClass } from './model-facts.js';
export type { PrimaryKey } from './primary-key.js';
export type {
  Condition,
  Filter,
  GetExistOneOptions,
  GetOneOptions,
  GetOptions,
  LoadingOptions,
  MergeOptions,
  NarrowingOptions,
  OnConflict,
  QueryOptions,
  SaveOptions,
  StreamOptions,
  TableView,
  TimeRange,
  UpdateOptions,
  UpsertOptions,
  Where,
} from './query-options.js';
