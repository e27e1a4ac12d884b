import type { QueryResultCache } from 'typeorm/cache/QueryResultCache.js';
import type { QueryResultCacheOptions } from 'typeorm/cache/QueryResultCacheOptions.js';
import { events } from './events.js';

/**
 * A cache for `cache: true` in memory, which tells what it keeps. TypeORM's own one takes a second connection while
 * the query has the first.
 */
export class ResultCache implements QueryResultCache {
  readonly #kept = new Map<string, QueryResultCacheOptions>();

  async connect(): Promise<void> {
    // Nothing to connect to.
  }

  async disconnect(): Promise<void> {
    // Nothing to disconnect from.
  }

  async synchronize(): Promise<void> {
    // No table.
  }

  async getFromCache({ identifier, query }: QueryResultCacheOptions): Promise<QueryResultCacheOptions | undefined> {
    return this.#kept.get(identifier ?? query ?? '');
  }

  async storeInCache(options: QueryResultCacheOptions): Promise<void> {
    events.tell({ kept: options });
    this.#kept.set(options.identifier ?? options.query ?? '', options);
  }

  isExpired({ time = 0, duration }: QueryResultCacheOptions): boolean {
    return time + duration < Date.now();
  }

  async clear(): Promise<void> {
    this.#kept.clear();
  }

  async remove(identifiers: string[]): Promise<void> {
    for (const identifier of identifiers) this.#kept.delete(identifier);
  }
}
