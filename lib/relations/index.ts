export { loadPlan, type LoadPlan } from './load-plan.js';
export { comparableKey, loadRelations, type LoadOptions } from './load-relations.js';
export { relationValue, setRelationValue, unloadRelation } from './relation-value.js';
export { chunked } from './chunked.js';
export type { RelationKeys, RelationPath, RelationTarget } from './relation-types.js';
