/**
 * What is measured together: the work on tables without a cache, work through a cache in Redis, through one in memory,
 * and a herd of requests on one key that is not in the cache.
 */
export const SUITES = ['tables', 'redis', 'memory', 'herd'] as const;

export type Suite = (typeof SUITES)[number];
