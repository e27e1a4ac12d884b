import { dirname, join } from 'node:path';
import { scriptPath } from './script-path.js';

const PACKAGES = /[/\\]node_modules[/\\]/;
/** The file of the reader in this library's folder of code; in a bundle it is elsewhere. */
const READER = /[/\\]analysis[/\\]functions[/\\]make-function-reader\.[jt]s$/;

/**
 * Whether a script is no part of the application: Node's own, a package's or this library's, which need not be
 * installed as a package.
 *
 * @param reader Url of the script of the function reader.
 */
export function isForeignScript(url: string, reader: string | undefined): boolean {
  const path = scriptPath(url);
  return url.startsWith('node:') || PACKAGES.test(path) || (reader !== undefined && isOwn(path, scriptPath(reader)));
}

function isOwn(path: string, reader: string): boolean {
  return READER.test(reader) && path.startsWith(join(dirname(reader), '../../'));
}
