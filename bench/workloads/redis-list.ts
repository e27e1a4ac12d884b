import type { Workload } from './workload.js';

export const LIST = 50;
export const LISTS = 20;

export const redisList: Workload<'redisList'> = {
  name: 'redisList',
  title: 'cached list of 50, Redis',
  suite: 'redis',
  bounds: [{ to: 'typeorm', most: 0.2 }],
  storedArticles: 2_000,
  addsArticles: false,
  cachedInputs: LISTS,
  maxOperations: 100,
  input: (step) => ({ offset: (step % LISTS) * LIST, limit: LIST }),
  comparable: (articles) => articles,
};
