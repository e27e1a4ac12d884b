import { analyse, makeFunctionReader, type Report, type Suppression } from '../analysis/index.js';
import type { Container } from './analysis-container.js';
import { suppressionsIn } from './analysis-suppressions.js';
import { worldOf } from './analysis-world.js';

/**
 * Analyses an application. This file, and with it the room of the analysis, is loaded by `import()` alone: without
 * analysis an application loads no parser.
 *
 * @param suppress suppressions of the options, besides those of decorators
 */
export function analyseApplication(container: Container, suppress: readonly Suppression[]): Report {
  const world = worldOf(container);
  const functions = makeFunctionReader();
  try {
    return analyse(world, { functions, suppress: [...suppress, ...suppressionsIn(container, world)] });
  } finally {
    functions.close();
  }
}
