import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelSource } from './model-source.js';
import { serviceSource } from './service-source.js';
import { PLAIN_DECLARATIONS, type Variant } from './variant.js';
import { className, MODELS, toOne } from './world.js';

/** Inside the repository, so that the packages that the declarations refer to are found. */
const FOLDER = '.tmp/bench-types';

/** Writes the application with its own copy of this package's declarations, and gives its folder. */
export async function writeApplication(variant: Variant): Promise<string> {
  const folder = join(FOLDER, variant);
  const library = join(folder, 'node_modules/nestjs-sqlmodel-ext');
  await rm(folder, { recursive: true, force: true });
  await cp('dist', join(library, 'dist'), { recursive: true });
  await cp('package.json', join(library, 'package.json'));
  if (variant === 'plain') {
    for (const [path, text] of Object.entries(PLAIN_DECLARATIONS)) await writeFile(join(library, 'dist', path), text);
  }
  const source = join(folder, 'src');
  await mkdir(source);
  // A package of its own: in this repository the name would mean the repository itself.
  await writeFile(join(folder, 'package.json'), '{ "name": "application", "type": "module" }');
  for (let place = 0; place < MODELS; place += 1) {
    await writeFile(join(source, `${className(place)}.ts`), modelSource(place));
    await writeFile(join(source, `${className(place)}.service.ts`), serviceSource(place));
  }
  await writeFile(join(source, 'probe.ts'), probeSource(variant));
  return folder;
}

/** Does not compile when the variant is not what it should be. */
function probeSource(variant: Variant): string {
  const name = className(0);
  const [relation] = toOne(0);
  return `
import type { Loaded, ModelRepository } from 'nestjs-sqlmodel-ext';
import type { ${name} } from './${name}.js';
export async function probe(row: Loaded<${name}>, rows: ModelRepository<${name}>) {
  ${variant === 'loaded' ? '// @ts-expect-error not loaded' : ''}
  row.${relation.name}.title.trim();
  ${variant === 'loaded' ? '// @ts-expect-error not loaded' : ''}
  (await rows.getExistOne('id')).${relation.name}.title.trim();
}
`;
}
