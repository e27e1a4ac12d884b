import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { transform } from '@swc/core';
import type { DataSourceOptions } from 'typeorm';

const ROOT = join(import.meta.dirname, '../..');

/** A package of compiled JavaScript, as an application has it: this library, models and a bare data-source file. */
export interface ScriptFolder extends AsyncDisposable {
  readonly path: string;
}

/** What the data source of a script folder is made of. */
export interface ScriptFolderOptions {
  /** File in `test/support/models`. */
  readonly models: string;
  /** The list of entities that it exports. */
  readonly exported: string;
  /** Connection. Functions are left out. */
  readonly options: DataSourceOptions;
}

/** Compiles the library and the models beside a data-source file, with nothing of Nest or Jest around. */
export async function scriptFolder({ models, exported, options }: ScriptFolderOptions): Promise<ScriptFolder> {
  await mkdir(join(ROOT, '.tmp'), { recursive: true });
  const path = await mkdtemp(join(ROOT, '.tmp/script-'));
  // Named as the library itself, so that the models' import finds the copy.
  const manifest = { name: 'nestjs-sqlmodel-ext', type: 'module', exports: { '.': './lib/index.js' } };
  await writeFile(join(path, 'package.json'), JSON.stringify(manifest));
  const library = (await readdir(join(ROOT, 'lib'), { recursive: true })).filter((file) => file.endsWith('.ts'));
  await Promise.all([
    ...library.map((file) => compile(join(ROOT, 'lib', file), join(path, 'lib', file.replace(/ts$/, 'js')))),
    compile(join(ROOT, 'test/support/models', `${models}.ts`), join(path, `${models}.js`)),
  ]);
  await mkdir(join(path, 'migrations'));
  await writeFile(
    join(path, 'data-source.js'),
    `import { DataSource } from 'typeorm';
import { withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { ${exported} } from './${models}.js';

export default withSqlModelExt(
  new DataSource({ ...${JSON.stringify(options)}, entities: ${exported}, migrations: ['migrations/*.js'] }),
);
`,
  );
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function compile(from: string, to: string): Promise<void> {
  const { code } = await transform(await readFile(from, 'utf8'), {
    filename: relative(ROOT, from),
    swcrc: false,
    configFile: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
  });
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, code);
}

/** Runs TypeORM's own command line on the folder's data source. */
export function runTypeOrm(
  folder: ScriptFolder,
  command: string,
  ...args: string[]
): Promise<{ exitCode: number; output: string }> {
  const cli = join(ROOT, 'node_modules/typeorm/cli.js');
  const { NODE_OPTIONS: _jest, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, command, '-d', 'data-source.js', ...args],
      { cwd: folder.path, env: { ...env, NO_COLOR: '1' } },
      (error, stdout, stderr) => resolve({ exitCode: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}
