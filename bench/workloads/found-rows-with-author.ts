import type { Workload } from './workload.js';

export const foundRowsWithAuthor: Workload<'foundRowsWithAuthor'> = {
  name: 'foundRowsWithAuthor',
  title: '1,000 rows + author, TypeORM find',
  bounds: [{ to: 'typeorm', most: 1.1 }],
  storedArticles: 2_000,
  addsArticles: false,
  maxOperations: 20,
  input: () => 1_000,
  comparable: (output) => output,
};
