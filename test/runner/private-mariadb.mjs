import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { freePort } from './free-port.mjs';
import { serverFolder } from './server-folder.mjs';
import { serviceAccount } from './service-account.mjs';
import { startServer } from './start-server.mjs';

/**
 * Starts an installed MariaDB on a free port with empty data in a temporary folder, for root and ordinary users
 * alike. Nothing on the machine is configured or kept.
 * @returns {Promise<import('./engine.js').PrivateServer | undefined>} undefined where MariaDB is not installed
 */
export async function startPrivateMariadb() {
  const installDb = findProgram('mariadb-install-db');
  const mariadbd = findProgram('mariadbd');
  if (installDb === undefined || mariadbd === undefined) return undefined;

  const account = serviceAccount('mysql');
  const { path: folder, remove } = serverFolder('mariadb', account);
  try {
    const data = join(folder, 'data');
    execFileSync(
      installDb,
      ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...account },
    );
    const loginOverTcp = join(folder, 'login-over-tcp.sql');
    writeFileSync(
      loginOverTcp,
      "CREATE USER IF NOT EXISTS root@'127.0.0.1';\nGRANT ALL PRIVILEGES ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n",
      { mode: 0o644 },
    );
    const port = await freePort();
    const stopServer = await startServer({
      program: mariadbd,
      args: [
        '--no-defaults',
        `--datadir=${data}`,
        '--bind-address=127.0.0.1',
        `--port=${port}`,
        `--socket=${join(folder, 'socket')}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--init-file=${loginOverTcp}`,
        '--skip-name-resolve',
        '--innodb-flush-log-at-trx-commit=0',
        '--innodb-fast-shutdown=2',
      ],
      ready: /ready for connections/,
      folder,
      account,
      stopSignal: 'SIGTERM',
    });
    return {
      url: `mysql://root@127.0.0.1:${port}/`,
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
