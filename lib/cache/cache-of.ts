import type { DataSource, EntityMetadata } from 'typeorm';
import { afterEntityMetadata, aroundStatements } from '../entity-model/index.js';
import { onTouches } from '../transactions/index.js';
import type { CacheOptions } from './cache-options.js';
import { checkCachedModels } from './check-cached-models.js';
import { cacheTtlOf, DataSourceCache, type CacheLog } from './data-source-cache.js';
import { declareBuilder } from './declared-writes.js';
import { defaultIsolation } from './default-isolation.js';
import { PendingStore } from './pending-store.js';
import { storeOf } from './store-of.js';
import { unseenCascades } from './unseen-cascades.js';

interface Configured {
  readonly options: CacheOptions;
  readonly log: CacheLog;
}

const configured = new WeakMap<DataSource, Configured>();
const caches = new WeakMap<DataSource, DataSourceCache>();

const processLog: CacheLog = {
  warn: (message) => {
    process.emitWarning(message, 'SqlModelExtWarning');
  },
  info: () => undefined,
};

/** The cache of a data source; undefined: it has none, or no model with `cacheTtl`. */
export function cacheOf(dataSource: DataSource): DataSourceCache | undefined {
  return caches.get(dataSource);
}

/**
 * Caches the models of a data source that have a `cacheTtl`: at once, or as soon as its entities are known. Gives a
 * promise that rejects when the store can never be there, such as without its package.
 *
 * @throws ConfigurationError at once when a model can never be cached rightly
 */
export function configureCache(
  dataSource: DataSource,
  options: CacheOptions,
  log: CacheLog = processLog,
): Promise<void> {
  const isKnown = configured.has(dataSource);
  configured.set(dataSource, { options, log });
  if (!isKnown) lookWhenOpened(dataSource);
  if (dataSource.entityMetadatas.length === 0) return Promise.resolve();
  return setUp(dataSource).then(() => look(dataSource));
}

/** @throws ConfigurationError before anything is awaited */
function setUp(dataSource: DataSource): Promise<void> {
  const given = configured.get(dataSource);
  const models = cachedOf(dataSource);
  if (!given || models.length === 0 || caches.has(dataSource)) return Promise.resolve();
  checkCachedModels(models);
  return begin(dataSource, given);
}

async function begin(dataSource: DataSource, { options, log }: Configured): Promise<void> {
  const store = storeOf(options, (message) => {
    log.warn(message);
  });
  aroundStatements(declareBuilder);
  const cache = new DataSourceCache(dataSource, options, store, log);
  cache.watchRunners();
  caches.set(dataSource, cache);
  closeWith(dataSource, cache);
  if (store instanceof PendingStore) await store.ready();
}

function cachedOf(dataSource: DataSource): EntityMetadata[] {
  return dataSource.entityMetadatas.filter((metadata) => cacheTtlOf(metadata) !== undefined);
}

/** Looks at the database each time it is opened: its schema is known then, entities are before. */
function lookWhenOpened(dataSource: DataSource): void {
  const initialize = dataSource.initialize.bind(dataSource);
  dataSource.initialize = async () => {
    const opened = await initialize();
    await look(dataSource);
    return opened;
  };
}

/**
 * Asks the database what the cache must know of it: at once, how transactions see others; without waiting, what changes
 * rows unseen. A database that does not say is used all the same.
 */
async function look(dataSource: DataSource): Promise<void> {
  const cache = cacheOf(dataSource);
  if (!cache || !dataSource.isInitialized) return;
  void warnOfCascades(dataSource, cache);
  if ((dataSource.options as { isolationLevel?: unknown }).isolationLevel !== undefined) return;
  const level = await defaultIsolation(dataSource);
  if (level !== undefined) cache.noteIsolation(level);
}

async function warnOfCascades(dataSource: DataSource, cache: DataSourceCache): Promise<void> {
  const sentences = await unseenCascades(dataSource, cachedOf(dataSource)).catch(() => []);
  if (cacheOf(dataSource) !== cache) return;
  for (const each of sentences) configured.get(dataSource)?.log.warn(each);
}

/** A data source that is closed needs no cache; opened again, it gets a new one. */
function closeWith(dataSource: DataSource, cache: DataSourceCache): void {
  const destroy = dataSource.destroy.bind(dataSource);
  dataSource.destroy = async () => {
    dataSource.destroy = destroy;
    if (caches.get(dataSource) === cache) caches.delete(dataSource);
    try {
      await destroy();
    } finally {
      await cache.close();
    }
  };
}

onTouches(async (dataSource, metadatas) => {
  await cacheOf(dataSource)?.touches(metadatas);
});

afterEntityMetadata((dataSource) => {
  setUp(dataSource).catch((error: unknown) => {
    configured.get(dataSource)?.log.warn(`The cache cannot be used: ${String(error)}`);
  });
});
