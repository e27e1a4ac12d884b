import { articleId } from '../dataset/dataset.js';
import { scattered } from './scattered.js';
import type { Workload } from './workload.js';

const ARTICLES = 2_000;

export const unchangedSave: Workload<'unchangedSave'> = {
  name: 'unchangedSave',
  title: 'save of an unchanged entity',
  loadsFirst: true,
  storedArticles: ARTICLES,
  addsArticles: false,
  maxOperations: 200,
  input: (step) => articleId(scattered(step, ARTICLES)),
  comparable: (article) => article,
};
