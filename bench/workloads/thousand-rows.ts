import type { Workload } from './workload.js';

export const thousandRows: Workload<'rows'> = {
  name: 'rows',
  title: '1,000 rows',
  bounds: [{ to: 'typeorm', most: 1.1 }],
  storedArticles: 2_000,
  addsArticles: false,
  maxOperations: 20,
  input: () => 1_000,
  comparable: (articles) => articles,
};
