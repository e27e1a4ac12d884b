import type { Workload } from './workload.js';

export const rowsWithAuthor: Workload<'rowsWithAuthor'> = {
  name: 'rowsWithAuthor',
  title: '50 rows + author',
  storedArticles: 2_000,
  addsArticles: false,
  maxOperations: 100,
  input: () => 50,
  comparable: (articles) => articles,
};
