import type { ArticleRow } from '../../dataset/article-row.js';
import type { Operations, PageRequest, PatchRequest, Variants } from '../contestant.js';
import type { CacheVenue } from '../venue.js';

/** How long everything stays in every cache, in milliseconds: longer than a workload takes. */
export const TTL = 600_000;

/** One way of reading articles through a cache. */
export interface CachedArticles {
  readonly row: (id: string) => Promise<ArticleRow | null>;
  /** A page of the published articles, newest first. */
  readonly list: (page: PageRequest) => Promise<readonly ArticleRow[]>;
  /** Makes the next read of the row a miss. */
  readonly forget: (id: string) => Promise<unknown>;
  /** Writes, sees to it that the cache does not keep the row as it was, and reads it through the cache. */
  readonly write: (request: PatchRequest) => Promise<ArticleRow | null>;
}

/** The operations of all workloads of a suite. */
export function cacheOperations(
  suite: CacheVenue['suite'],
  ways: Readonly<Record<string, CachedArticles>>,
): Partial<Operations> {
  const each = <Input, Output>(operation: (way: CachedArticles) => (input: Input) => Promise<Output>) =>
    Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, operation(way)])) as Variants<Input, Output>;
  const row = each(({ row }) => row);
  const list = each(({ list }) => list);
  const write = each(({ write }) => write);
  if (suite === 'memory') return { memoryRow: row, memoryList: list, memoryWrite: write };
  const fill = each(({ row, forget }) => async (id: string) => {
    await forget(id);
    return () => row(id);
  });
  return { redisRow: row, redisList: list, redisFill: fill, redisWrite: write };
}
