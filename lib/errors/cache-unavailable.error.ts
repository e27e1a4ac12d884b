import { SqlModelExtError } from './sql-model-ext.error.js';

/** With `cache.strict`, a write that could not tell the cache before its COMMIT, and was rolled back. HTTP 503. */
export class CacheUnavailableError extends SqlModelExtError {
  readonly code = 'CACHE_UNAVAILABLE';

  constructor(cause?: unknown) {
    super(
      'The cache cannot be reached, and others would read what was there before this write: it was rolled back. Repeat it when the cache is back, or leave cache.strict out: then writes go on, and reads may be late for as long as entries live (cacheTtl).',
      {},
      cause,
    );
  }
}
