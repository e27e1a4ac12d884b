import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A file of a finding, as reports name it. */
export interface SourcePath {
  /** Relative to the root where it is below it, with slashes; else absolute. */
  readonly path: string;
  /** As a URI: a relative reference below the root, else `file:`. */
  readonly uri: string;
  readonly isBelowRoot: boolean;
}

/** @param file a path, or a URL, as source maps and the engine have them */
export function sourcePath(file: string, root: string): SourcePath {
  const absolute = resolve(root, file.startsWith('file:') ? fileURLToPath(file) : file);
  const below = relative(root, absolute);
  // Another drive has no relative path.
  if (below === '' || below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) {
    return { path: absolute, uri: pathToFileURL(absolute).href, isBelowRoot: false };
  }
  const parts = below.split(sep);
  return { path: parts.join('/'), uri: parts.map(encodeURIComponent).join('/'), isBelowRoot: true };
}
