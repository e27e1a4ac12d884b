export { columnProperty, embeddedOwner, relationProperty } from './column-property.js';
export { EntityState } from './entity-state.js';
export { persistedValue, persistedValueOfRow } from './persisted-value.js';
export {
  embeddedPart,
  entityState,
  onStamp,
  setEmbeddedPart,
  setEntityState,
  stampAlso,
  type EmbeddedPart,
} from './stamp.js';
