export type { Finding, Location, Severity } from './finding.js';
export type { Report } from './report.js';
export type { RuleCode } from './rules/rule-code.js';
export type { SuppressedFinding, Suppression } from './suppression.js';
export { applySuppressions, type Suppressed } from './suppressions.js';
export type { EntryPoint, ParameterSource, ResponseView, ShownRelation, World } from './world.js';
export { analyse, type AnalyseOptions } from './analyse.js';
export { makeFunctionReader } from './functions/make-function-reader.js';
