import { execFileSync } from 'node:child_process';

/**
 * The account to run a server under: undefined (the caller's own) unless the caller is root.
 * @param {...string} names accounts to try, `nobody` is the last resort
 * @returns {import('./engine.js').ServiceAccount | undefined}
 */
export function serviceAccount(...names) {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of [...names, 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      // No such account here: try the next.
    }
  }
  throw new Error(`root cannot run a database server, and none of ${names.join(', ')}, nobody exists`);
}

/**
 * @param {'-u' | '-g'} option
 * @param {string} name
 */
function idOf(option, name) {
  return Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}
