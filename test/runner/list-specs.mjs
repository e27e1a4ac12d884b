import { execFileSync } from 'node:child_process';
import { relative, sep } from 'node:path';
import { jestCommand } from './jest-command.mjs';
import { jestEnvironment } from './jest-environment.mjs';
import { PROJECT_ROOT } from './project-root.mjs';

/**
 * The spec files that Jest would run for these arguments, relative to the project, with forward slashes.
 * @param {readonly string[]} args
 * @returns {string[]}
 */
export function listSpecs(args) {
  const output = execFileSync(process.execPath, jestCommand(['--listTests', ...args]), {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    env: jestEnvironment([]),
  });
  return output
    .split('\n')
    .filter((line) => line.endsWith('.ts'))
    .map((line) => relative(PROJECT_ROOT, line).split(sep).join('/'));
}
