import { redisList } from './redis-list.js';
import type { Workload } from './workload.js';

export const memoryList: Workload<'memoryList'> = {
  ...redisList,
  name: 'memoryList',
  title: 'cached list of 50, memory',
  suite: 'memory',
};
