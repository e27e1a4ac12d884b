import { articleId } from '../dataset/dataset.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;

export const redisFill: Workload<'redisFill'> = {
  name: 'redisFill',
  title: 'miss and fill of one row, Redis',
  suite: 'redis',
  bounds: [],
  loadsFirst: true,
  storedArticles: ARTICLES,
  addsArticles: false,
  // A turn reads no article twice: it forgets them all before the first read.
  maxOperations: 200,
  input: (step) => articleId(scattered(step, ARTICLES)),
  comparable: (article) => article,
};
