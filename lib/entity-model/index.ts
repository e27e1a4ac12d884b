export { Model } from './model.decorator.js';
export type { ModelIndex, ModelOptions } from './model-options.js';
export { ownModelDefinition, type ModelDefinition } from './model-definition.js';
export { extendsTableBase, markTableBase } from './table-marker.js';
export { ignoresExtra, markExtraIgnore } from './extra-ignore-marker.js';
export { checkDataSourceModels, checkTableClass } from './check-models.js';
export { applyEngineColumns, fieldOfColumn } from './engine-columns.js';
export { engineOf } from './engine-of.js';
export {
  afterEntityMetadata,
  beforeEntityMetadata,
  bindQueryRunner,
  checkTypeOrmVersion,
  onHydrated,
  onTransaction,
  ownQueryRunner,
  prepareSelect,
  type PreparedSelect,
  type RowReader,
} from './typeorm-internals.js';
