import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { configureCache, type CacheOptions, type RedisConnection } from '../cache/index.js';
import { isChecking } from './check/is-checking.js';

/** Caches a data source's models as the options say, on a connection that is there already. */
export async function configureCacheOf(
  source: DataSource,
  dataSource: string,
  options: CacheOptions | false | undefined,
  redis: object | undefined,
): Promise<void> {
  if (options === false || isChecking()) return;
  const logger = new Logger('SqlModelExt');
  const connected = redis === undefined ? {} : { redis: redis as RedisConnection };
  await configureCache(
    source,
    { dataSource, ...options, ...connected },
    {
      warn: (message) => {
        logger.warn(message);
      },
      info: (message) => {
        logger.log(message);
      },
    },
  );
}
