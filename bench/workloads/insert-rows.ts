import { newArticle } from '../dataset/dataset.js';
import type { Workload } from './workload.js';

const ROWS = 1_000;

export const insertRows: Workload<'insertRows'> = {
  name: 'insertRows',
  title: 'insert 1,000 rows',
  storedArticles: 0,
  addsArticles: true,
  maxOperations: 1,
  input: (step) => Array.from({ length: ROWS }, (_, index) => newArticle(index, `step-${step}`)),
  comparable: (articles) =>
    articles.map(({ id, createdAt, updatedAt, ...known }) => ({
      ...known,
      hasId: typeof id === 'string' && id.length === 36,
      hasTimestamps: createdAt instanceof Date && updatedAt instanceof Date,
    })),
};
