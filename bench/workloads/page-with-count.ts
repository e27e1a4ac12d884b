import type { Workload } from './workload.js';

const PAGE = 50;
const PAGES = 20;

export const pageWithCount: Workload<'pageWithCount'> = {
  name: 'pageWithCount',
  title: 'page with count',
  storedArticles: 2_000,
  addsArticles: false,
  maxOperations: 100,
  input: (step) => ({ offset: (step % PAGES) * PAGE, limit: PAGE }),
  comparable: ({ count, items }) => ({ count, items }),
};
