import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { readSourceFiles } from './read-source-files.js';
import type { SourceFiles } from './source-files.js';

/** What an application without analysis must not load. */
const HEAVY = ['acorn', 'source-map-js', 'node:inspector', 'node:inspector/promises'];

describe('what is loaded before anybody asks for an analysis', () => {
  it('is neither the room of the analysis, nor a parser, nor the inspector', () => {
    const { files, packages } = loadedFrom('lib/index.ts', readSourceFiles('lib', '.ts'));
    expect([...files].filter((path) => path.startsWith('lib/analysis/'))).toEqual([]);
    expect([...packages].filter((name) => HEAVY.includes(name))).toEqual([]);
    // The look itself has looked at something.
    expect(files).toContain('lib/nest/analysis.module.ts');
    expect(packages).toContain('typeorm');
  });

  it('is found through every import that stays at run time, and through no other', () => {
    const sources = new Map([
      ['lib/index.ts', `import './effect.js';\nexport * from './star.js';\nexport { a } from './named.js';`],
      ['lib/effect.ts', `import type { A } from './type.js';\nimport { type B } from './inline.js';`],
      ['lib/star.ts', `export type { C } from './type.js';\nexport { type D } from './inline.js';`],
      ['lib/named.ts', `import acorn, { type Node } from 'acorn';\nconst later = () => import('./dynamic.js');`],
      ['lib/type.ts', `import 'node:inspector';`],
      ['lib/inline.ts', ''],
      ['lib/dynamic.ts', ''],
    ]);
    const { files, packages } = loadedFrom('lib/index.ts', sources);
    expect([...files].sort()).toEqual(['lib/effect.ts', 'lib/index.ts', 'lib/named.ts', 'lib/star.ts']);
    expect([...packages]).toEqual(['acorn']);
  });
});

interface Loaded {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

/** The files and packages that importing a file loads. */
function loadedFrom(entry: string, sources: SourceFiles): Loaded {
  const files = new Set<string>();
  const packages = new Set<string>();
  const load = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    const text = sources.get(path);
    if (text === undefined) throw new Error(`There is no ${path}`);
    for (const specifier of runtimeImports(path, text)) {
      if (specifier.startsWith('.')) load(posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts'));
      else packages.add(specifier);
    }
  };
  load(entry);
  return { files, packages };
}

/** Static imports and re-exports that are more than types. */
function runtimeImports(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier) || isOfTypes(statement)) return [];
    return [moduleSpecifier.text];
  });
}

function isOfTypes(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) {
    const { exportClause, isTypeOnly } = statement;
    return isTypeOnly || (exportClause !== undefined && ts.isNamedExports(exportClause) && areTypes(exportClause));
  }
  const { importClause } = statement;
  if (!importClause) return false;
  const { name, namedBindings, isTypeOnly } = importClause;
  if (isTypeOnly) return true;
  return (
    name === undefined && namedBindings !== undefined && ts.isNamedImports(namedBindings) && areTypes(namedBindings)
  );
}

function areTypes({ elements }: ts.NamedImports | ts.NamedExports): boolean {
  return elements.every(({ isTypeOnly }) => isTypeOnly);
}
