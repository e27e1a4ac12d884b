import { article } from '../dataset/dataset.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;
const BATCH = 100;

export const saveBatch: Workload<'saveBatch'> = {
  name: 'saveBatch',
  title: 'save of 100 changed entities',
  loadsFirst: true,
  storedArticles: ARTICLES,
  addsArticles: false,
  // A turn saves no article twice: it loads them all before the first save.
  maxOperations: ARTICLES / BATCH - 1,
  input: (step) => ({ offset: (step * BATCH) % ARTICLES, limit: BATCH }),
  comparable: (articles) =>
    articles.map(({ updatedAt, ...rest }) => ({ ...rest, isTouched: updatedAt > article(ARTICLES).updatedAt })),
};
