import { mariadbVersion } from './mariadb-version.mjs';
import { startPrivateMariadb } from './private-mariadb.mjs';

const USUAL_URL = 'mysql://root@127.0.0.1:3306/';

/**
 * The first of: the server that TEST_MARIADB_URL names, the one on the usual port, an installed one started for this
 * run. No embedded MariaDB exists.
 * @returns {Promise<import('./engine.js').Engine>}
 */
export async function mariadbEngine() {
  const given = process.env['TEST_MARIADB_URL'];
  if (given !== undefined) return running(given, await mariadbVersion(given), 'TEST_MARIADB_URL');

  const version = await mariadbVersion(USUAL_URL).catch(() => undefined);
  if (version !== undefined) return running(USUAL_URL, version, 'server on 127.0.0.1:3306');

  const server = await startPrivateMariadb();
  if (server) return running(server.url, await mariadbVersion(server.url), 'started for this run', server.stop);

  return {
    name: 'mariadb',
    note: 'root has no login on 127.0.0.1:3306, and mariadbd is not installed',
    environment: {},
    stop: async () => {},
  };
}

/**
 * @param {string} url
 * @param {string} version
 * @param {string} note
 * @param {() => Promise<void>} [stop]
 * @returns {import('./engine.js').Engine}
 */
function running(url, version, note, stop = async () => {}) {
  return { name: 'mariadb', version, note, environment: { TEST_MARIADB_URL: url }, stop };
}
