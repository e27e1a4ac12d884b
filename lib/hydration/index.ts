export { columnProperty, embeddedOwner, relationProperty } from './column-property.js';
export { EntityState } from './entity-state.js';
export { persistedValue } from './persisted-value.js';
export { entityState, setEntityState } from './stamp.js';
