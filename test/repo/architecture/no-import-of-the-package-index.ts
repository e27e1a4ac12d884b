import type { ArchitectureRule } from './architecture-rule.js';
import { localImports } from './local-imports.js';
import { packageImports } from './package-imports.js';

/** `lib/index.ts` is for users, by path and by name. */
export const noImportOfThePackageIndex: ArchitectureRule = (sources) => [
  ...localImports(sources)
    .filter(({ to }) => to === 'lib/index.ts' || to === 'lib')
    .map(({ from, line }) => `${from}:${line} imports lib/index.ts`),
  ...packageImports(sources)
    .filter(({ packageName }) => packageName === 'nestjs-sqlmodel-ext')
    .map(({ from, line, specifier }) => `${from}:${line} imports its own package ${specifier}`),
];
