import type { ArchitectureRule } from './architecture-rule.js';
import { packageImports } from './package-imports.js';
import { roomOf } from './room-of.js';

const PACKAGES = new Set(['@nestjs/common', '@nestjs/core']);
const ALLOWED_ROOMS = new Set([undefined, 'nest', 'testing']);

/** Below `nest/` the code runs without Nest; `testing/` is the second door and may use it. */
export const nestStaysOnTop: ArchitectureRule = (sources) =>
  packageImports(sources)
    .filter(({ from, packageName }) => PACKAGES.has(packageName) && !ALLOWED_ROOMS.has(roomOf(from)))
    .map(({ from, line, specifier }) => `${from}:${line} imports ${specifier} below nest/`);
