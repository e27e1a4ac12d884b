import { DataSource, type DataSourceOptions } from 'typeorm';
import { withSqlModelExt } from 'nestjs-sqlmodel-ext';
import type { CacheMetrics } from '../../lib/cache/cache-options.js';
import type { CacheStore } from '../../lib/cache/cache-store.js';
import { connectRedis } from '../../lib/cache/connect-redis.js';
import { RedisStore } from '../../lib/cache/redis-store.js';
import { Shelf, Volume } from './fuzz-models.js';
import { TIMES } from './fuzz-options.js';
import { FuzzedStore } from './fuzzed-store.js';
import { mixSeeds } from './mix-seeds.js';
import { currentTrace } from './operation-trace.js';
import { withoutLease } from './without-lease.js';
import { withoutTombstone } from './without-tombstone.js';
import type { WorkerSetup } from './worker-message.js';

/** A data source of one worker, and the store behind its cache; undefined without a cache. */
export interface WorkerSource {
  readonly dataSource: DataSource;
  readonly store: FuzzedStore | undefined;
}

/** Notes what the cache does with the operation that asks it. */
const metrics: CacheMetrics = {
  onHit: () => currentTrace()?.answers.push('hit'),
  onMiss: () => currentTrace()?.answers.push('miss'),
  onBypass: ({ reason }) => currentTrace()?.answers.push(reason),
};

export async function openWorkerSource(setup: WorkerSetup): Promise<WorkerSource> {
  const { options, slot, incarnation, database, redisPort } = setup;
  const dataSource = new DataSource({
    ...database,
    entities: [Shelf, Volume],
    applicationName: `${slot}.${incarnation}`,
    extra: { max: 8 },
  } as DataSourceOptions);
  if (!options.cache) {
    withSqlModelExt(dataSource, { cache: false });
    await dataSource.initialize();
    return { dataSource, store: undefined };
  }
  const { client } = await connectRedis({ host: '127.0.0.1', port: redisPort });
  const redis = new RedisStore({ client, own: true, warn: console.warn });
  const { without, seed, mode } = options;
  const storeSeed = mixSeeds(seed, slot, incarnation, 0x57042e);
  const partial = { lease: withoutLease, tombstone: withoutTombstone, nothing: (store: CacheStore) => store };
  const store = new FuzzedStore(partial[without ?? 'nothing'](redis, storeSeed), storeSeed);
  withSqlModelExt(dataSource, { cache: { ...TIMES, store, metrics, strict: mode === 'strict' } });
  await dataSource.initialize();
  return { dataSource, store };
}
