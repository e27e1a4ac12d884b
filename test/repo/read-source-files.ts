import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.js';
import type { SourceFiles } from './source-files.js';

/** Every file below a folder of the repository whose name ends like this. */
export function readSourceFiles(folder: string, ending: string): SourceFiles {
  const root = join(REPOSITORY_ROOT, folder);
  if (!existsSync(root)) return new Map();
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ending))
    .sort();
  return new Map(paths.map((path) => [`${folder}/${path}`, readFileSync(join(root, path), 'utf8')]));
}
