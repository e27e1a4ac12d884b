export { Model } from './model.decorator.js';
export type { ModelIndex, ModelOptions } from './model-options.js';
export { ownModelDefinition, type ModelDefinition } from './model-definition.js';
export { extendsTableBase, markTableBase } from './table-marker.js';
export { ignoresExtra, markExtraIgnore } from './extra-ignore-marker.js';
export { checkDataSourceModels, checkTableClass } from './check-models.js';
export { applyEngineColumns, fieldOfColumn } from './engine-columns.js';
export { descriptorOf, isUnloaded, markGuard, peek } from './unloaded-property.js';
export { ownProperty } from './own-property.js';
export { isQuiet, quietly, quietMethods, quietRead } from './quiet-reads.js';
export { engineOf } from './engine-of.js';
export { onStatement, type Statement, type StatementListener } from './on-statement.js';
export { aroundReads, aroundRelationLoads, aroundStatements, aroundWrites } from './around-typeorm-calls.js';
export {
  afterEntityMetadata,
  beforeEntityMetadata,
  bindQueryRunner,
  checkTypeOrmVersion,
  guardPersistence,
  keepUnread,
  onHydrated,
  onQuery,
  onRelationsQueried,
  onTransaction,
  ownQueryRunner,
  prepareSelect,
  setColumnsQuietly,
  setLockClause,
  setRelationDirectly,
  skipConstructorForRows,
  type PersistedRow,
  type PersistGuard,
  type PreparedSelect,
  type QueryContext,
  type RowCondition,
  type RowReader,
} from './typeorm-internals.js';
export { serverField, specOf } from './server-field.js';
export { checkVersions } from './check-versions.js';
export { VersionField } from './version-field.js';
export { hasVersion } from './has-version.js';
