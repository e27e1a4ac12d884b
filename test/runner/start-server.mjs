import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_TIMEOUT_MS = 60_000;

/**
 * Starts a server process and resolves when its log says that it takes connections.
 * @param {{ program: string, args: string[], ready: RegExp, folder: string,
 *   account: import('./engine.js').ServiceAccount | undefined, stopSignal: NodeJS.Signals }} options
 * @returns {Promise<() => Promise<void>>} ends the process; it also ends with this one
 */
export async function startServer({ program, args, ready, folder, account, stopSignal }) {
  const server = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
    ...account,
  });
  const kill = () => server.kill('SIGKILL');
  process.prependListener('exit', kill); // before its folder is removed

  /** @type {string[]} */
  const log = [];
  /** @type {Promise<void>} */
  const started = new Promise((resolve, reject) => {
    for (const input of [server.stdout, server.stderr]) {
      createInterface({ input }).on('line', (line) => {
        if (log.length < 200) log.push(line);
        if (ready.test(line)) resolve();
      });
    }
    server.once('error', reject);
    server.once('exit', () => reject(new Error('it ended')));
    AbortSignal.timeout(START_TIMEOUT_MS).onabort = () => reject(new Error('it took too long'));
  });
  const stop = async () => {
    process.off('exit', kill);
    if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill(stopSignal);
    await once(server, 'exit');
  };
  try {
    await started;
    return stop;
  } catch (cause) {
    await stop();
    throw new Error(`${program} did not start:\n${log.join('\n')}`, { cause });
  }
}
