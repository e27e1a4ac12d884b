import { ConfigurationError } from '../errors/index.js';
import type { RedisConnection } from './cache-options.js';
import type { RedisClient } from './redis-client.js';

/** What the cache insists on for a connection of its own: a command is sent now or fails now, and never twice. */
const OWN_SETTINGS = {
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};

/** What the options of the application may change. */
const OWN_DEFAULTS = {
  connectTimeout: 2_000,
  maxLoadingRetryTime: 1_000,
  retryStrategy: (attempt: number): number => Math.min(50 * attempt, 1_000),
  // A server that has become a replica answers so: its name may lead to the new master by now.
  reconnectOnError: (error: Error): boolean => error.message.startsWith('READONLY'),
};

/** A client of ioredis, and whether it is ours to end. */
export interface ConnectedRedis {
  readonly client: RedisClient;
  readonly own: boolean;
}

/**
 * The client of the option `redis`: the application's own, or a new one, which connects in the background and never gives
 * up. An application starts while Redis is away.
 *
 * @param isLazy whether it connects with its first command only
 * @throws ConfigurationError ioredis is not installed, the URL is none, or a cluster reads from replicas
 */
export async function connectRedis(
  redis: string | RedisConnection | RedisClient,
  { isLazy = false }: { readonly isLazy?: boolean } = {},
): Promise<ConnectedRedis> {
  if (isClient(redis)) {
    mustReadFromMasters(redis);
    return { client: redis, own: false };
  }
  if (typeof redis === 'string') mustBeUrl(redis);
  const { Redis } = await importIoredis();
  const settings = {
    ...OWN_DEFAULTS,
    ...(typeof redis === 'string' ? {} : redis),
    ...OWN_SETTINGS,
    lazyConnect: isLazy,
  };
  const client = typeof redis === 'string' ? new Redis(redis, settings) : new Redis(settings);
  // What goes wrong from now on is the business of who waits for the connection.
  client.on('error', () => undefined);
  return { client, own: true };
}

function isClient(redis: string | RedisConnection | RedisClient): redis is RedisClient {
  if (typeof redis !== 'object' || redis === null) return false;
  const { status, on, evalsha, mget } = redis as Record<string, unknown>;
  return typeof status === 'string' && [on, evalsha, mget].every((method) => typeof method === 'function');
}

function mustReadFromMasters(client: RedisClient): void {
  const { scaleReads = 'master' } = (client as { options?: { scaleReads?: unknown } }).options ?? {};
  if (!client.isCluster || scaleReads === 'master') return;
  throw new ConfigurationError(
    "The Redis cluster of the option cache.redis reads from replicas (scaleReads), which may be behind: give the cache a Cluster of its own with scaleReads: 'master'.",
  );
}

/** The URL may hold a password: it is never repeated. */
function mustBeUrl(url: string): void {
  if (isUrl(url)) return;
  throw new ConfigurationError(
    'The option cache.redis is not a URL of Redis: write redis://user:password@host:6379/0, or rediss:// for TLS.',
  );
}

function isUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return protocol === 'redis:' || protocol === 'rediss:';
}

async function importIoredis(): Promise<Pick<typeof import('ioredis'), 'Redis'>> {
  try {
    return await import('ioredis');
  } catch (cause) {
    throw new ConfigurationError(
      'The option cache.redis needs ioredis: npm install ioredis @nestjs/cache-manager cache-manager cache-manager-ioredis-yet.',
      {},
      cause,
    );
  }
}
