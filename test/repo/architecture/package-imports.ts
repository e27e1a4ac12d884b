import { importsOf } from '../imports-of.js';
import type { SourceFiles } from '../source-files.js';

/** An import of an installed package, or of a file in it. */
export interface PackageImport {
  readonly from: string;
  readonly specifier: string;
  /** The package's name alone. */
  readonly packageName: string;
  readonly line: number;
}

export function packageImports(sources: SourceFiles): PackageImport[] {
  return [...sources].flatMap(([from, text]) =>
    importsOf(from, text)
      .filter(({ specifier }) => !specifier.startsWith('.'))
      .map(({ specifier, line }) => ({ from, specifier, line, packageName: packageNameOf(specifier) })),
  );
}

function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
