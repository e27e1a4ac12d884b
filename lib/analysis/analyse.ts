import type { FunctionReader } from './functions/function-code.js';
import type { Finding } from './finding.js';
import { FindingList } from './finding-list.js';
import { followHandler } from './follow-handler.js';
import type { Report } from './report.js';
import { schemaFindings } from './schema/schema-findings.js';
import type { Suppression } from './suppression.js';
import { applySuppressions } from './suppressions.js';
import type { World } from './world.js';

/** What the analysis needs besides the application. */
export interface AnalyseOptions {
  readonly functions: FunctionReader;
  readonly suppress?: readonly Suppression[];
}

/**
 * Reads the handlers of an application, and the tables of its data sources, and gives what will fail.
 */
export function analyse(world: World, { functions, suppress = [] }: AnalyseOptions): Report {
  const found = new FindingList();
  const unread: string[] = [];
  const foreign = new WeakMap<object, boolean>();
  for (const entryPoint of world.entryPoints) {
    try {
      followHandler(world, entryPoint, functions, found, foreign);
    } catch (error) {
      // A fault of the analysis is no fault of the handler, and takes nothing from the others.
      unread.push(`${entryPoint.controller.name}.${entryPoint.method}: ${String(error)}`);
    }
  }
  const findings: Finding[] = [...found.findings(), ...world.dataSources.flatMap((source) => schemaFindings(source))];
  const { kept, suppressed, stale } = applySuppressions(findings, suppress);
  return { findings: kept, suppressed, stale, handlers: world.entryPoints.length, unread };
}
