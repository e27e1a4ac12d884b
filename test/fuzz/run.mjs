// `npm run fuzz:cache [-- options]`: compiles the library and the fuzzer into a folder of their own, and runs it there.
// What is built meanwhile does not disturb it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transform } from '@swc/core';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['lib', 'test/runner', 'test/support', 'test/fuzz'];

/**
 * @param {string} file
 * @param {string} to
 */
async function compile(file, to) {
  const { code } = await transform(await readFile(join(ROOT, file), 'utf8'), {
    filename: file,
    swcrc: false,
    configFile: false,
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    },
  });
  const path = join(to, file.replace(/ts$/, 'js'));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
}

/**
 * @param {string} file
 * @param {string} to
 */
async function copy(file, to) {
  const path = join(to, file);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(join(ROOT, file), path);
}

await mkdir(join(ROOT, '.tmp'), { recursive: true });
const folder = await mkdtemp(join(ROOT, '.tmp/fuzz-'));
try {
  // Named as the library itself, so that the fuzzer's import finds the copy.
  const manifest = { name: 'nestjs-sqlmodel-ext', type: 'module', exports: { '.': './lib/index.js' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const each of FOLDERS) {
    for (const file of await readdir(join(ROOT, each), { recursive: true })) {
      if (file.endsWith('.ts') && !file.endsWith('.d.ts')) await compile(join(each, file), folder);
      else if (file.endsWith('.mjs')) await copy(join(each, file), folder);
    }
  }
  const { NODE_OPTIONS: _jest, ...env } = process.env;
  const main = join(folder, 'test/fuzz/main.js');
  const fuzzer = spawn(process.execPath, ['--enable-source-maps', main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env,
  });
  const [exitCode] = await once(fuzzer, 'exit');
  process.exitCode = exitCode ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
