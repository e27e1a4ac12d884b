import { Redis } from 'ioredis';
import { removeKeys } from './remove-keys.js';
import { type RedisServer, redisOptions } from './redis-server.js';

const USUAL_URL = 'redis://127.0.0.1:6379';

export interface FoundRedis {
  readonly server: RedisServer;
  readonly version: string;
  /** Removes the keys of the run and ends the connection. */
  release(): Promise<void>;
}

/** The server that TEST_REDIS_URL names, else the one on the usual port; undefined when nobody answers there. */
export async function findRedis(namespace: string): Promise<FoundRedis | undefined> {
  const server = serverAt(process.env['TEST_REDIS_URL'] ?? USUAL_URL, namespace);
  const client = new Redis({ ...redisOptions(server), lazyConnect: true, connectTimeout: 2_000, retryStrategy: null });
  client.on('error', () => undefined); // what matters rejects below
  try {
    await client.connect();
    const info = await client.info('server');
    return {
      server,
      version: /^redis_version:(.*?)\r?$/m.exec(info)?.[1] ?? 'unknown',
      release: async () => {
        await removeKeys(client, namespace);
        await client.quit();
      },
    };
  } catch {
    client.disconnect();
    return undefined;
  }
}

function serverAt(text: string, namespace: string): RedisServer {
  const url = new URL(text);
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    db: Number(url.pathname.slice(1) || 0),
    namespace,
  };
}
