import type { SourceFiles } from '../source-files.js';
import type { ArchitectureRule } from './architecture-rule.js';
import { localImports } from './local-imports.js';

/** Files do not import each other in a circle, types included. Each circle is reported once. */
export const noImportCycles: ArchitectureRule = (sources) => {
  const graph = graphOf(sources);
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push(`import cycle: ${[...path.slice(start), file].join(' -> ')}`);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return cycles;
};

function graphOf(sources: SourceFiles): Map<string, Set<string>> {
  const graph = new Map([...sources.keys()].map((path) => [path, new Set<string>()]));
  for (const { from, to } of localImports(sources)) graph.get(from)?.add(to);
  return graph;
}
