import { article, articleId } from '../dataset/dataset.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;

export const patchRow: Workload<'patchRow'> = {
  name: 'patchRow',
  title: 'PATCH of one row',
  storedArticles: ARTICLES,
  addsArticles: false,
  maxOperations: 200,
  input: (step, turn) => ({ id: articleId(scattered(step, ARTICLES)), changes: { title: `Title ${step} of ${turn}` } }),
  comparable: ({ updatedAt, ...rest }) => ({ ...rest, isTouched: updatedAt > article(ARTICLES).updatedAt }),
};
