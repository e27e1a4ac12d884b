import type { ArchitectureRule } from './architecture-rule.js';
import { packageImports } from './package-imports.js';

/** Why each of them is never imported. */
const FORBIDDEN = new Map([
  ['typescript', 'applications run without a compiler'],
  ['@nestjs/swagger', 'it is optional, and its metadata keys are written directly'],
]);

export const noForbiddenPackages: ArchitectureRule = (sources) =>
  packageImports(sources).flatMap(({ from, line, packageName }) => {
    const reason = FORBIDDEN.get(packageName);
    return reason === undefined ? [] : [`${from}:${line} imports ${packageName}: ${reason}`];
  });
