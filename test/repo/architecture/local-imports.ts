import { posix } from 'node:path';
import { importsOf } from '../imports-of.js';
import type { SourceFiles } from '../source-files.js';

/** An import of one source file by another. */
export interface LocalImport {
  readonly from: string;
  readonly to: string;
  readonly line: number;
}

export function localImports(sources: SourceFiles): LocalImport[] {
  return [...sources].flatMap(([from, text]) =>
    importsOf(from, text)
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier, line }) => ({ from, line, to: resolve(from, specifier) })),
  );
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}
