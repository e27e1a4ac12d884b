import { startPgliteServer } from './pglite-server.mjs';
import { postgresVersion } from './postgres-version.mjs';
import { startPrivatePostgres } from './private-postgres.mjs';

const USUAL_URL = 'postgres://postgres@127.0.0.1:5432/postgres';

/**
 * The first of: the server that TEST_POSTGRES_URL names, the one on the usual port, an installed one started for
 * this run, PGlite.
 * @returns {Promise<import('./engine.js').Engine>}
 */
export async function postgresEngine() {
  const given = process.env['TEST_POSTGRES_URL'];
  if (given !== undefined) return running(given, await postgresVersion(given), 'TEST_POSTGRES_URL');

  const version = await postgresVersion(USUAL_URL).catch(() => undefined);
  if (version !== undefined) return running(USUAL_URL, version, 'server on 127.0.0.1:5432');

  const server = await startPrivatePostgres();
  if (server) return running(server.url, await postgresVersion(server.url), 'started for this run', server.stop);

  const pglite = await startPgliteServer();
  const engine = running(
    pglite.url,
    await postgresVersion(pglite.url),
    'PGlite, one connection: no races',
    pglite.stop,
  );
  return { ...engine, isStandIn: true, environment: { ...engine.environment, TEST_POSTGRES_EMBEDDED: '1' } };
}

/**
 * @param {string} url
 * @param {string} version
 * @param {string} note
 * @param {() => Promise<void>} [stop]
 * @returns {import('./engine.js').Engine}
 */
function running(url, version, note, stop = async () => {}) {
  return { name: 'postgres', version, note, environment: { TEST_POSTGRES_URL: url }, stop };
}
