import { Module, type DynamicModule } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../errors/index.js';
import { managerStore, type IoredisStore, type ManagedRedis } from './manager-store.js';
import type { CacheConnection } from './cache-connection.js';

/** The provider by which each `forRoot()` is found that provides `CACHE_MANAGER`; its value is the name of the data source. */
export const CACHE_MANAGER_SOURCE = 'nestjs-sqlmodel-ext:cache-manager-source';

/**
 * @throws ConfigurationError when several data sources would each provide `CACHE_MANAGER`
 */
export function checkCacheManagers(modules: ModulesContainer): void {
  const dataSources = [...modules.values()].flatMap(({ providers }) => {
    const dataSource: unknown = providers.get(CACHE_MANAGER_SOURCE)?.instance;
    return typeof dataSource === 'string' ? [dataSource] : [];
  });
  if (dataSources.length < 2) return;
  const names = dataSources.map((name) => `'${name}'`).join(' and ');
  throw new ConfigurationError(
    `SqlModelExtModule: an application has one CACHE_MANAGER, but the data sources ${names} would each provide it, on their connection to Redis. Set cache.cacheManager to false for all but one.`,
    { option: 'cache.cacheManager', dataSources },
  );
}

/**
 * Exports `CACHE_MANAGER` of `@nestjs/cache-manager` to the whole application, on the connection that this token holds.
 *
 * @throws ConfigurationError when its packages are not installed
 */
export async function cacheManagerModule(connection: string): Promise<DynamicModule> {
  const { CacheModule, KeyvAdapter, Keyv, redisInsStore } = await packages();
  return CacheModule.registerAsync({
    isGlobal: true,
    imports: [ManagerConnectionModule],
    inject: [connection],
    useFactory: ({ client, namespace }: CacheConnection) => {
      // A percent sign is in no part of the cache's own keys but before two digits: no tenant has this name.
      const prefix = `${namespace}:%manager`;
      // Its types are those of an older cache-manager.
      const store = redisInsStore(client as never) as unknown as IoredisStore;
      const own = managerStore(store, client as unknown as ManagedRedis, `${prefix}:`);
      return { stores: [new Keyv({ store: new KeyvAdapter(own as never), namespace: prefix })] };
    },
  });
}

/** Stands for the global module that exports the connection. */
@Module({})
class ManagerConnectionModule {}

async function packages() {
  try {
    const [{ CacheModule }, { KeyvAdapter }, { Keyv }, { redisInsStore }] = await Promise.all([
      import('@nestjs/cache-manager'),
      import('cache-manager'),
      import('keyv'),
      import('cache-manager-ioredis-yet'),
    ]);
    return { CacheModule, KeyvAdapter, Keyv, redisInsStore };
  } catch (cause) {
    throw new ConfigurationError(
      'SqlModelExtModule: cache.redis provides CACHE_MANAGER on the same connection, which needs packages: npm install @nestjs/cache-manager cache-manager keyv cache-manager-ioredis-yet ioredis. Without CACHE_MANAGER, set cache.cacheManager to false; then ioredis is enough.',
      { option: 'cache.cacheManager' },
      cause,
    );
  }
}
