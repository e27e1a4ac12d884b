import { articleId } from '../dataset/dataset.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;

export const rowById: Workload<'rowById'> = {
  name: 'rowById',
  title: 'row by id',
  storedArticles: ARTICLES,
  addsArticles: false,
  maxOperations: 400,
  input: (step) => articleId(scattered(step, ARTICLES)),
  comparable: (article) => article,
};
