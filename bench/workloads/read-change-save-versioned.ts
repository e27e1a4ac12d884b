import { article, articleId } from '../dataset/dataset.js';
import { READ_CHANGE_SAVE_BOUNDS } from './read-change-save.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;

export const readChangeSaveVersioned: Workload<'readChangeSaveVersioned'> = {
  name: 'readChangeSaveVersioned',
  title: 'read, change, save, with version',
  bounds: READ_CHANGE_SAVE_BOUNDS,
  isVersioned: true,
  storedArticles: ARTICLES,
  addsArticles: false,
  maxOperations: 200,
  input: (step) => articleId(scattered(step, ARTICLES)),
  comparable: ({ updatedAt, ...rest }) => ({ ...rest, isTouched: updatedAt > article(ARTICLES).updatedAt }),
};
