import { article, articleId } from '../dataset/dataset.js';
import { scattered } from './scattered.js';
import type { Bound, Workload } from './workload.js';

const ARTICLES = 2_000;

export const READ_CHANGE_SAVE_BOUNDS: readonly Bound[] = [
  { to: 'typeorm', most: 1.15 },
  { to: 'raw', most: 1.8, engines: ['postgres'] },
];

export const readChangeSave: Workload<'readChangeSave'> = {
  name: 'readChangeSave',
  title: 'read, change, save',
  bounds: READ_CHANGE_SAVE_BOUNDS,
  storedArticles: ARTICLES,
  addsArticles: false,
  maxOperations: 200,
  input: (step) => articleId(scattered(step, ARTICLES)),
  comparable: ({ updatedAt, ...rest }) => ({ ...rest, isTouched: updatedAt > article(ARTICLES).updatedAt }),
};
