import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_ROOT } from './project-root.mjs';

/**
 * Runs a program in the project's folder with the terminal of this process.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} the exit code
 */
export async function runProcess(program, args, env = process.env) {
  const child = spawn(program, args, { cwd: PROJECT_ROOT, env, stdio: 'inherit' });
  const kill = () => child.kill();
  process.on('exit', kill);
  try {
    const [code] = /** @type {[number | null]} */ (await once(child, 'exit'));
    return code ?? 1;
  } finally {
    process.off('exit', kill);
  }
}
