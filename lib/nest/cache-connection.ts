import type { OnApplicationShutdown } from '@nestjs/common';
import { connectRedis, type CacheOptions } from '../cache/index.js';
import { ConfigurationError } from '../errors/index.js';
import { isChecking } from './check/is-checking.js';

type RedisClient = Awaited<ReturnType<typeof connectRedis>>['client'];

/** The connection to Redis that the cache of a data source and `CACHE_MANAGER` share; without Redis there is none. */
export class CacheConnection implements OnApplicationShutdown {
  private constructor(
    readonly client: RedisClient | undefined,
    /** What the keys of this application begin with. */
    readonly namespace: string,
    private readonly own: boolean,
  ) {}

  /**
   * Connects in the background, or takes the application's own client.
   *
   * @param cacheManager whether `CACHE_MANAGER` is provided
   * @throws ConfigurationError when `CACHE_MANAGER` was asked for and there is no Redis, or where nobody provides it, and
   * without the package of Redis
   */
  static async of(options: CacheOptions | false | undefined, cacheManager: boolean): Promise<CacheConnection> {
    const { redis, namespace = 'sqlmodel', cacheManager: asked = cacheManager } = options || {};
    // Options of forRoot() agree by themselves.
    if (asked !== cacheManager) {
      throw new ConfigurationError(
        `forRootAsync(): the options say cache.cacheManager: ${asked}. Put cacheManager: ${asked} beside useFactory, because it decides which modules are imported.`,
        { option: 'cache.cacheManager' },
      );
    }
    if (redis === undefined) {
      if (!cacheManager) return new CacheConnection(undefined, namespace, false);
      throw new ConfigurationError(
        "forRootAsync({ cacheManager: true }) shares the connection of 'cache.redis', which the options do not have: add it, or leave cacheManager out.",
        { option: 'cacheManager' },
      );
    }
    const { client, own } = await connectRedis(redis, { isLazy: isChecking() });
    return new CacheConnection(client, namespace, own);
  }

  onApplicationShutdown(): void {
    if (this.own) this.client?.disconnect();
  }
}
