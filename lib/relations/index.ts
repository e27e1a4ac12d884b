import './class-transformer-guard.js';

export { configureStrictness } from './guard-entities.js';
export { queryStrictly, type StrictMode } from './strictness.js';
export { loadPlan, type LoadPlan } from './load-plan.js';
export { KnownEntities } from './known-entities.js';
export { loadedTargets, loadRelation, loadRelations, type LoadOptions, onKeyLookUp } from './load-relations.js';
export { comparableKey } from './row-key.js';
export { relationValue, setRelationValue, unloadRelation } from './relation-value.js';
export { chunked } from './chunked.js';
export type { RelationKeys, RelationPath, RelationTarget } from './relation-types.js';
export type {
  Loaded,
  LoadedEntity,
  LoadedRelations,
  NeededEntity,
  NeededRelations,
  Needs,
  NotLoaded,
  NotLoadedList,
  Probed,
} from './loaded.js';
export type { ClosedProof, LoadedProof, ModelOf } from './loaded-proof.js';
export type { LoadList, LoadResult, WrittenResult } from './load-result.js';
export { isLoaded } from './is-loaded.js';
export { RequiresRelations } from './requires-relations.js';
export type { RequiresRelationsOptions } from './requires-options.js';
export { requiredRelations, requirementsAt } from './requirement.js';
export { entityFaults, serviceFaults, type RequirementWorld } from './requirement-faults.js';
export { loadMissing } from './load-missing.js';
export { configureDetection, detectionOf } from './detection.js';
export type { NPlusOneReport } from './n-plus-one-report.js';
export { QueryTracker } from './query-tracker.js';
export { track, type TrackOptions } from './track.js';
export { oneCall, untracked } from './tracking.js';
export { hasLayer, ORIGINAL_METHOD, wrapInLayer, wrapMethod, type Method } from './wrapped-method.js';
export { isEntityClass } from './class-relations.js';
export { mayHoldEntity, parameterTypes } from './required-argument.js';
export { describePlace, type MethodPlace } from './requirement.js';
