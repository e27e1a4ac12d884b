import { startPrivateRedis } from './private-redis.mjs';
import { redisVersion } from './redis-version.mjs';

const USUAL_URL = 'redis://127.0.0.1:6379';

/**
 * The first of: the server that TEST_REDIS_URL names, the one on the usual port, an installed one started for this run.
 * No embedded Redis exists.
 * @returns {Promise<import('./engine.js').Engine>}
 */
export async function redisEngine() {
  const given = process.env['TEST_REDIS_URL'];
  if (given !== undefined) return running(given, await redisVersion(given), 'TEST_REDIS_URL');

  const version = await redisVersion(USUAL_URL).catch(() => undefined);
  if (version !== undefined) return running(USUAL_URL, version, 'server on 127.0.0.1:6379');

  const server = await startPrivateRedis();
  if (server) return running(server.url, await redisVersion(server.url), 'started for this run', server.stop);

  return {
    name: 'redis',
    note: 'nothing answers on 127.0.0.1:6379, and redis-server is not installed',
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
  return { name: 'redis', version, note, environment: { TEST_REDIS_URL: url }, stop };
}
