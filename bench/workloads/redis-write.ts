import { article, articleId } from '../dataset/dataset.js';
import { CACHED_ROWS } from './redis-row.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;

export const redisWrite: Workload<'redisWrite'> = {
  name: 'redisWrite',
  title: 'write of a cached row and read of it, Redis',
  suite: 'redis',
  bounds: [],
  storedArticles: ARTICLES,
  addsArticles: false,
  cachedInputs: CACHED_ROWS,
  maxOperations: 100,
  input: (step, turn) => ({
    id: articleId(scattered(step, CACHED_ROWS)),
    changes: { title: `Title ${step} of ${turn}` },
  }),
  comparable: (written) =>
    written && { ...written, updatedAt: undefined, isTouched: written.updatedAt > article(ARTICLES).updatedAt },
};
