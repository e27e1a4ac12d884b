import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { transform } from '@swc/core';
import { runNode, scriptFolder, type ScriptFolder } from '../script-folder.js';
import type { FunctionReport } from './report-functions.js';

const ROOT = join(import.meta.dirname, '../../..');
const TYPESCRIPT = join(ROOT, 'node_modules/typescript/bin/tsc');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');

export type ModuleFormat = 'module' | 'commonjs';

/** How the fixture is compiled. */
export interface FixtureOptions {
  readonly format: ModuleFormat;
  readonly target: 'ES2017' | 'ES2022' | 'ESNext';
  readonly useDefineForClassFields: boolean;
}

const DECORATORS = { experimentalDecorators: true, emitDecoratorMetadata: true };

/** A folder with the compiled library, the source of the fixture in `src`, and what asks the reader about it. */
export async function fixtureFolder(format: ModuleFormat): Promise<ScriptFolder> {
  const folder = await scriptFolder({ models: [], files: await askingFiles() });
  await cp(join(import.meta.dirname, 'fixture'), join(folder.path, 'src'), { recursive: true });
  for (const name of ['src', 'dist']) {
    await mkdir(join(folder.path, name), { recursive: true });
    await writeFile(join(folder.path, name, 'package.json'), JSON.stringify({ type: format }));
  }
  return folder;
}

async function askingFiles(): Promise<Record<string, string>> {
  const source = await readFile(join(import.meta.dirname, 'report-functions.ts'), 'utf8');
  const { code } = await transform(source, {
    swcrc: false,
    configFile: false,
    module: { type: 'es6' },
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  });
  const imports = `
    const { makeFunctionReader } = await import('./lib/analysis/functions/make-function-reader.js');
    const { reportFunctions } = await import('./report-functions.js');`;
  return {
    'report-functions.js': code,
    'main.js': `
      import { createRequire } from 'node:module';${imports}
      const fixture = createRequire(import.meta.url)('./dist/marked-service.js');
      console.log(JSON.stringify(reportFunctions(makeFunctionReader(), fixture)));`,
    'report.spec.mjs': `
      import { writeFileSync } from 'node:fs';
      import * as fixture from './src/marked-service.ts';
      test('reports', async () => {${imports}
        writeFileSync('report.json', JSON.stringify(reportFunctions(makeFunctionReader(), fixture)));
      });`,
    'report.spec.cjs': `
      const { writeFileSync } = require('node:fs');
      const fixture = require('./src/marked-service');
      test('reports', async () => {${imports}
        writeFileSync('report.json', JSON.stringify(reportFunctions(makeFunctionReader(), fixture)));
      });`,
  };
}

/** Compiles `src` to `dist`; with a file for each source map unless told otherwise. */
export async function compileWithTypeScript(
  folder: ScriptFolder,
  options: FixtureOptions,
  maps: object = { sourceMap: true },
): Promise<void> {
  const { target, useDefineForClassFields } = options;
  const compilerOptions = {
    ...{ target, useDefineForClassFields, ...DECORATORS },
    ...{ module: 'nodenext', rootDir: 'src', outDir: 'dist', ...maps },
    ...{ types: [], noCheck: true, lib: ['ES5'] },
  };
  await writeFile(join(folder.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await promisify(execFile)(process.execPath, [TYPESCRIPT, '-p', folder.path]);
}

/** As {@link compileWithTypeScript}. */
export async function compileWithSwc(folder: ScriptFolder, options: FixtureOptions): Promise<void> {
  const files = (await readdir(join(folder.path, 'src'))).filter((file) => file.endsWith('.ts'));
  for (const file of files) {
    const { code, map } = await transform(await readFile(join(folder.path, 'src', file), 'utf8'), {
      ...swcOptions(options),
      filename: join(folder.path, 'src', file),
      sourceFileName: `../src/${file}`,
      sourceMaps: true,
    });
    const output = file.replace(/ts$/, 'js');
    await writeFile(join(folder.path, 'dist', output), `${code}\n//# sourceMappingURL=${output}.map\n`);
    await writeFile(join(folder.path, 'dist', `${output}.map`), map ?? '');
  }
}

function swcOptions({ format, target, useDefineForClassFields }: FixtureOptions) {
  return {
    swcrc: false,
    configFile: false,
    module: { type: format === 'module' ? ('es6' as const) : ('commonjs' as const) },
    jsc: {
      target: target.toLowerCase() as 'es2017' | 'es2022' | 'esnext',
      keepClassNames: true,
      parser: { syntax: 'typescript' as const, decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields },
    },
  };
}

/** Asks about `dist`, in Node. */
export async function reportByNode(folder: ScriptFolder, ...flags: string[]): Promise<FunctionReport> {
  const { exitCode, output } = await runNode(folder, '--no-warnings', ...flags, 'main.js');
  if (exitCode !== 0) throw new Error(output);
  return JSON.parse(output) as FunctionReport;
}

/** Asks about `src`, in a Jest of its own that compiles it. */
export async function reportByJest(
  folder: ScriptFolder,
  compiler: 'ts-jest' | '@swc/jest',
  options: FixtureOptions,
): Promise<FunctionReport> {
  const { format, target, useDefineForClassFields } = options;
  const isModule = format === 'module';
  const tsconfig = { target, useDefineForClassFields, ...DECORATORS, module: isModule ? 'ESNext' : 'CommonJS' };
  const config = {
    testEnvironment: 'node',
    testMatch: [isModule ? '<rootDir>/report.spec.mjs' : '<rootDir>/report.spec.cjs'],
    moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    extensionsToTreatAsEsm: isModule ? ['.ts'] : [],
    transform: {
      '\\.ts$':
        compiler === 'ts-jest'
          ? [compiler, { tsconfig: { ...tsconfig, isolatedModules: true }, diagnostics: false, useESM: isModule }]
          : [compiler, { ...swcOptions(options), sourceMaps: 'inline' }],
    },
  };
  await writeFile(join(folder.path, 'jest.config.json'), JSON.stringify(config));
  const jest = ['--no-warnings', '--experimental-vm-modules', JEST, '--config', 'jest.config.json'];
  const { exitCode, output } = await runNode(folder, ...jest);
  if (exitCode !== 0) throw new Error(output);
  return JSON.parse(await readFile(join(folder.path, 'report.json'), 'utf8')) as FunctionReport;
}
