import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { controllerSource } from './controller-source.js';
import { modelSource } from './model-source.js';
import { moduleSource, rootSource } from './module-source.js';
import { serviceSource } from './service-source.js';
import { CONTROLLERS, featureName, modelName, MODELS } from './world.js';

/** Inside the repository, so that the packages that the application needs are found. */
const FOLDER = '.tmp/bench-analysis';

/** As `nest build` compiles, with the source maps beside the files. */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  removeComments: true,
  sourceMap: true,
};

/** Writes the application, compiled, with its own copy of this package, and gives its folder. */
export async function writeApplication(): Promise<string> {
  const folder = resolve(FOLDER);
  await rm(folder, { recursive: true, force: true });
  const library = join(folder, 'node_modules/nestjs-sqlmodel-ext');
  await cp('dist', join(library, 'dist'), { recursive: true });
  await cp('package.json', join(library, 'package.json'));
  // A package of its own: in this repository the name would mean the repository itself.
  await writeFile(join(folder, 'package.json'), '{ "name": "application", "type": "module" }');
  for (const part of ['src', 'dist']) await mkdir(join(folder, part));
  for (let place = 0; place < MODELS; place += 1) {
    await write(folder, modelName(place), modelSource(place));
  }
  for (let place = 0; place < CONTROLLERS; place += 1) {
    await write(folder, `${featureName(place)}.module`, moduleSource(place));
    await write(folder, `${featureName(place)}.service`, serviceSource(place));
    await write(folder, `${featureName(place)}.controller`, controllerSource(place));
  }
  await write(folder, 'app.module', rootSource());
  return folder;
}

async function write(folder: string, name: string, text: string): Promise<void> {
  const { outputText, sourceMapText = '' } = ts.transpileModule(text, {
    fileName: `../src/${name}.ts`,
    compilerOptions: OPTIONS,
  });
  await writeFile(join(folder, 'src', `${name}.ts`), text);
  await writeFile(join(folder, 'dist', `${name}.js`), outputText);
  await writeFile(join(folder, 'dist', `${name}.js.map`), sourceMapText);
}
