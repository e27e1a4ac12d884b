import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { freePort } from './free-port.mjs';
import { serverFolder } from './server-folder.mjs';
import { serviceAccount } from './service-account.mjs';
import { startServer } from './start-server.mjs';

/**
 * Starts an installed PostgreSQL on a free port with an empty cluster in a temporary folder, for root and ordinary
 * users alike. Nothing on the machine is configured or kept.
 * @returns {Promise<import('./engine.js').PrivateServer | undefined>} undefined where PostgreSQL is not installed
 */
export async function startPrivatePostgres() {
  const initdb = findProgram('initdb');
  const postgres = findProgram('postgres');
  if (initdb === undefined || postgres === undefined) return undefined;

  const account = serviceAccount('postgres');
  const { path: folder, remove } = serverFolder('postgres', account);
  try {
    const data = join(folder, 'data');
    execFileSync(
      initdb,
      ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...account },
    );
    const port = await freePort();
    const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
    const stopServer = await startServer({
      program: postgres,
      args: [
        '-D',
        data,
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-k',
        folder,
        ...settings.flatMap((set) => ['-c', set]),
      ],
      ready: /ready to accept connections/,
      folder,
      account,
      stopSignal: 'SIGINT', // fast shutdown: sessions are ended, not waited for
    });
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      stop: async () => {
        await stopServer();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
