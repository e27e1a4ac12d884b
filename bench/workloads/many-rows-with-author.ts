import type { Workload } from './workload.js';

export const manyRowsWithAuthor: Workload<'manyRowsWithAuthor'> = {
  name: 'manyRowsWithAuthor',
  title: '1,000 rows + author',
  bounds: [{ to: 'typeorm', most: 1.1 }],
  storedArticles: 2_000,
  addsArticles: false,
  maxOperations: 20,
  input: () => 1_000,
  comparable: (output) => output,
};
