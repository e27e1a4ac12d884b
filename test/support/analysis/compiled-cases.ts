import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { transform } from '@swc/core';
import ts from 'typescript';
import { runNode, scriptFolder, type ScriptFolder } from '../script-folder.js';
import type { Difference } from './compare.js';

const ROOT = join(import.meta.dirname, '../../..');
const CASES = join(import.meta.dirname, 'cases');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');

/** How the cases are compiled. */
export interface Compilation {
  readonly compiler: 'tsc' | 'SWC' | 'ts-jest';
  readonly format: 'module' | 'commonjs';
  readonly target: 'ES2017' | 'ES2022' | 'ES2023';
  readonly useDefineForClassFields: boolean;
}

/** Analyses all cases as another compiler makes them, outside of this Jest, and compares the report with the marks. */
export async function compareCompiled(compilation: Compilation): Promise<Difference> {
  await using folder = await scriptFolder({ models: [], files: {} });
  const names = (await readdir(CASES)).map((file) => basename(file, '.ts'));
  const script = comparingScript(names);
  if (compilation.compiler === 'ts-jest') return await byJest(folder, compilation, script);
  await compileSupport(folder, compilation);
  await writeFile(join(folder.path, 'main.mjs'), `${script}\nawait compareAll();`);
  await expectSuccess(runNode(folder, '--no-warnings', 'main.mjs'));
  return await difference(folder);
}

/** A script that boots the cases and writes what `compare()` says. */
function comparingScript(names: readonly string[]): string {
  const files = names.map((name) => join(CASES, `${name}.ts`));
  return `
    import { writeFileSync } from 'node:fs';
    import { openCases } from './test/support/analysis/case-application.js';
    import { compare } from './test/support/analysis/compare.js';
    import { findingsOf } from './test/support/analysis/findings-of.js';
    ${names.map((name, index) => `import * as cases${index} from './test/support/analysis/cases/${name}.js';`).join('\n')}
    const modules = [${names.map((_, index) => `cases${index}`).join(', ')}];
    async function compareAll() {
      const { app } = await openCases(modules.map((exports) => ({ ...exports.default, ...exports })));
      writeFileSync('difference.json', JSON.stringify(compare(findingsOf(app), ${JSON.stringify(files)})));
      await app.close();
    }`;
}

/** Compiles this folder into the same place of a script folder. */
export async function compileSupport(folder: ScriptFolder, compilation: Compilation): Promise<void> {
  const output = join(folder.path, 'test/support/analysis');
  const files = (await readdir(import.meta.dirname, { recursive: true })).filter((file) => file.endsWith('.ts'));
  await mkdir(output, { recursive: true });
  await setFormat(folder, compilation.format);
  for (const file of files) {
    const from = join(import.meta.dirname, file);
    const to = join(output, file.replace(/ts$/, 'js'));
    const text = await readFile(from, 'utf8');
    await mkdir(dirname(to), { recursive: true });
    await writeFile(
      to,
      compilation.compiler === 'tsc' ? byTypeScript(from, text, compilation) : await bySwc(from, text, compilation),
    );
  }
}

/** The library stays a module. The application is what its package says. */
async function setFormat(folder: ScriptFolder, format: Compilation['format']): Promise<void> {
  const manifest = join(folder.path, 'package.json');
  const given = JSON.parse(await readFile(manifest, 'utf8')) as object;
  await writeFile(join(folder.path, 'lib/package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(manifest, JSON.stringify({ ...given, type: format }));
}

function byTypeScript(from: string, text: string, { format, target, useDefineForClassFields }: Compilation): string {
  const { outputText, sourceMapText = '' } = ts.transpileModule(text, {
    fileName: from,
    compilerOptions: {
      module: format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget[target],
      useDefineForClassFields,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      esModuleInterop: true,
      sourceMap: true,
    },
  });
  const map = Buffer.from(JSON.stringify({ ...(JSON.parse(sourceMapText) as object), sources: [from] }));
  const code = outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${map.toString('base64')}\n`;
}

async function bySwc(from: string, text: string, compilation: Compilation): Promise<string> {
  const { format, target, useDefineForClassFields } = compilation;
  const { code } = await transform(text, {
    filename: from,
    sourceFileName: from,
    swcrc: false,
    configFile: false,
    sourceMaps: 'inline',
    module: { type: format === 'module' ? 'es6' : 'commonjs' },
    jsc: {
      target: target.toLowerCase() as 'es2017' | 'es2022' | 'es2023',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields },
    },
  });
  return code;
}

/** In a Jest of its own, which compiles the cases where they are. */
async function byJest(folder: ScriptFolder, compilation: Compilation, script: string): Promise<Difference> {
  const { target, useDefineForClassFields } = compilation;
  const tsconfig = {
    ...{ target, useDefineForClassFields, module: 'ESNext', isolatedModules: true },
    ...{ experimentalDecorators: true, emitDecoratorMetadata: true },
  };
  const config = {
    rootDir: folder.path,
    roots: [folder.path, import.meta.dirname],
    testEnvironment: 'node',
    testMatch: ['<rootDir>/compare.spec.mjs'],
    moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
    moduleNameMapper: {
      '^nestjs-sqlmodel-ext$': '<rootDir>/lib/index.js',
      '^(?:\\.\\./)+lib/(.*)$': '<rootDir>/lib/$1',
      '^\\./test/support/analysis/(.*)\\.js$': `${import.meta.dirname}/$1`,
      '^(\\.{1,2}/.*)\\.js$': '$1',
    },
    extensionsToTreatAsEsm: ['.ts'],
    transform: { '\\.ts$': ['ts-jest', { tsconfig, diagnostics: false, useESM: true }] },
  };
  await writeFile(join(folder.path, 'jest.config.json'), JSON.stringify(config));
  await writeFile(join(folder.path, 'compare.spec.mjs'), `${script}\ntest('compares', compareAll, 60_000);`);
  const flags = ['--no-warnings', '--experimental-vm-modules'];
  await expectSuccess(runNode(folder, ...flags, JEST, '--config', 'jest.config.json', '--no-cache'));
  return difference(folder);
}

async function expectSuccess(run: ReturnType<typeof runNode>): Promise<void> {
  const { exitCode, output } = await run;
  if (exitCode !== 0) throw new Error(output);
}

async function difference(folder: ScriptFolder): Promise<Difference> {
  return JSON.parse(await readFile(join(folder.path, 'difference.json'), 'utf8')) as Difference;
}
