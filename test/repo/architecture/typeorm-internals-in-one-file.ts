import type { ArchitectureRule } from './architecture-rule.js';
import { packageImports } from './package-imports.js';

const ALLOWED_FILE = 'lib/entity-model/typeorm-internals.ts';

/** What TypeORM does not export breaks without notice: one file holds it, with its reasons. */
export const typeormInternalsInOneFile: ArchitectureRule = (sources) =>
  packageImports(sources)
    .filter(({ from, specifier }) => specifier.startsWith('typeorm/') && from !== ALLOWED_FILE)
    .map(({ from, line, specifier }) => `${from}:${line} imports ${specifier}, which only ${ALLOWED_FILE} may`);
