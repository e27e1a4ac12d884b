import type { SourceFiles } from '../source-files.js';

/** Reads the sources of `lib/` and gives one sentence, with file and line, for every violation. */
export type ArchitectureRule = (sources: SourceFiles) => string[];
