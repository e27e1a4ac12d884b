import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of an installed program: on PATH, or where Debian keeps the servers that it leaves off PATH.
 * @param {...string} names alternatives, the first one wins
 * @returns {string | undefined}
 */
export function findProgram(...names) {
  const folders = [
    ...debianPostgresFolders(),
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
  ];
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The newest version first. */
function debianPostgresFolders() {
  const parent = '/usr/lib/postgresql';
  try {
    return readdirSync(parent)
      .sort((left, right) => Number(right) - Number(left))
      .map((version) => join(parent, version, 'bin'));
  } catch {
    return [];
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
