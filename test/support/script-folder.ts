import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transform } from '@swc/core';

const ROOT = join(import.meta.dirname, '../..');

/** A package of compiled JavaScript, as an application has it: this library, models and files of its own. */
export interface ScriptFolder extends AsyncDisposable {
  readonly path: string;
}

/** What a script folder has beside the library. */
export interface ScriptFolderOptions {
  /** Files in `test/support/models`, without `.ts`; the compiled ones have the same paths. */
  readonly models: readonly string[];
  /** Whether all of `test/support` is there as well, in `support`, compiled as the models are. Default false. */
  readonly support?: boolean;
  /** JavaScript by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** How the models' class fields are compiled. Default true, as `nest new` has it. */
  readonly useDefineForClassFields?: boolean;
}

/** Compiles the library and the models for plain Node: nothing of Nest or Jest around. */
export async function scriptFolder(options: ScriptFolderOptions): Promise<ScriptFolder> {
  const { models, files, support = false, useDefineForClassFields = true } = options;
  await mkdir(join(ROOT, '.tmp'), { recursive: true });
  const path = await mkdtemp(join(ROOT, '.tmp/script-'));
  // Named as the library itself, so that the models' import finds the copy.
  const manifest = { name: 'nestjs-sqlmodel-ext', type: 'module', exports: { '.': './lib/index.js' } };
  await writeFile(join(path, 'package.json'), JSON.stringify(manifest));
  await Promise.all([
    compileFolder(join(ROOT, 'lib'), join(path, 'lib'), true),
    ...(support ? [compileFolder(import.meta.dirname, join(path, 'support'), useDefineForClassFields)] : []),
    ...models.map((model) =>
      compile(join(ROOT, 'test/support/models', `${model}.ts`), join(path, `${model}.js`), useDefineForClassFields),
    ),
  ]);
  for (const [name, code] of Object.entries(files)) await writeFile(join(path, name), code);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function compileFolder(from: string, to: string, useDefineForClassFields: boolean): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => file.endsWith('.ts'));
  await Promise.all(
    files.map((file) => compile(join(from, file), join(to, file.replace(/ts$/, 'js')), useDefineForClassFields)),
  );
}

async function compile(from: string, to: string, useDefineForClassFields: boolean): Promise<void> {
  const { code } = await transform(await readFile(from, 'utf8'), {
    filename: relative(ROOT, from),
    swcrc: false,
    configFile: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields },
    },
  });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
}

/** Runs Node in the folder. */
export function runNode(folder: ScriptFolder, ...args: string[]): Promise<{ exitCode: number; output: string }> {
  const { NODE_OPTIONS: _jest, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder.path, env: { ...env, NO_COLOR: '1' } }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

/** Runs TypeORM's own command line on the folder's `data-source.js`. */
export function runTypeOrm(
  folder: ScriptFolder,
  command: string,
  ...args: string[]
): Promise<{ exitCode: number; output: string }> {
  return runNode(folder, join(ROOT, 'node_modules/typeorm/cli.js'), command, '-d', 'data-source.js', ...args);
}
