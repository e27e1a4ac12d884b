import { freePort } from './free-port.mjs';
import { isRedisInstalled, startRedisServer } from './redis-server.mjs';
import { serverFolder } from './server-folder.mjs';

/**
 * Starts an installed Redis on a free port, empty, in a temporary folder. Nothing on the machine is configured or kept.
 * @returns {Promise<import('./engine.js').PrivateServer | undefined>} undefined where Redis is not installed
 */
export async function startPrivateRedis() {
  if (!isRedisInstalled) return undefined;
  const { path: folder, remove } = serverFolder('redis', undefined);
  try {
    const port = await freePort();
    const stopServer = await startRedisServer({ port, folder });
    return {
      url: `redis://127.0.0.1:${port}`,
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
