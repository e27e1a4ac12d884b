import { Redis } from 'ioredis';

/**
 * Connects and asks for the version; rejects where that is not possible.
 * @param {string} url
 * @returns {Promise<string>}
 */
export async function redisVersion(url) {
  const client = new Redis(url, { lazyConnect: true, connectTimeout: 5_000, retryStrategy: () => null });
  client.on('error', () => {});
  await client.connect();
  try {
    const info = await client.info('server');
    return `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1]}`;
  } finally {
    client.disconnect();
  }
}
