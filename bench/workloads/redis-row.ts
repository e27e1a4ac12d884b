import { articleId } from '../dataset/dataset.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;
export const CACHED_ROWS = 100;

export const redisRow: Workload<'redisRow'> = {
  name: 'redisRow',
  title: 'cached row by id, Redis',
  suite: 'redis',
  bounds: [{ to: 'raw', most: 1.25 }],
  storedArticles: ARTICLES,
  addsArticles: false,
  cachedInputs: CACHED_ROWS,
  maxOperations: 400,
  input: (step) => articleId(scattered(step, CACHED_ROWS)),
  comparable: (article) => article,
};
