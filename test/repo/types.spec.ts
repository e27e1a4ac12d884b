import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { compilerOptions } from './compiler-options.js';
import { diagnosticsText } from './diagnostics-text.js';
import { readSourceFiles } from './read-source-files.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const TYPE_TESTS = join(REPOSITORY_ROOT, 'test/types');
const FIXTURES = 'test/types/fixtures';

/** How an application's own settings are changed. */
const SETTINGS: readonly (readonly [name: string, change: ts.CompilerOptions])[] = [
  ['its settings', {}],
  [
    "its settings and moduleResolution 'bundler'",
    { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  ],
];

/**
 * `test/types/*.ts` says with `@ts-expect-error` what must not compile; an unused one is an error too. They are checked
 * against lib/, the applications under fixtures/ against the declarations in dist/, with the applications' own settings.
 */
describe('types', () => {
  const files = readdirSync(TYPE_TESTS).filter((name) => name.endsWith('.ts'));
  let program: ts.Program;

  beforeAll(() => {
    program = ts.createProgram({
      rootNames: files.map((name) => join(TYPE_TESTS, name)),
      options: compilerOptions('tsconfig.json'),
    });
  });

  it('have tests', () => {
    expect(files).not.toEqual([]);
  });

  it.each(files)('hold in %s', (name) => {
    const file = program.getSourceFile(join(TYPE_TESTS, name));
    expect(diagnosticsText(ts.getPreEmitDiagnostics(program, file))).toEqual([]);
  });

  describe.each(readdirSync(join(REPOSITORY_ROOT, FIXTURES)))('in the application %s', (application) => {
    it.each(SETTINGS)('compile with %s', (_name, change) => {
      if (!existsSync(join(REPOSITORY_ROOT, 'dist/index.d.ts'))) throw new Error('dist/ is missing: npm run build');
      const folder = `${FIXTURES}/${application}`;
      const sources = [...readSourceFiles(`${folder}/src`, '.ts').keys()].map((path) => join(REPOSITORY_ROOT, path));
      const fixture = ts.createProgram({
        rootNames: sources,
        options: { ...compilerOptions(`${folder}/tsconfig.json`), noEmit: true, incremental: false, ...change },
      });
      const readFromDist = fixture.getSourceFiles().some(({ fileName }) => fileName.endsWith('/dist/index.d.ts'));

      expect(diagnosticsText(ts.getPreEmitDiagnostics(fixture))).toEqual([]);
      expect(readFromDist).toBe(true);
    });
  });
});
