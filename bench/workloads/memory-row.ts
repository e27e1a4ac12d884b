import { redisRow } from './redis-row.js';
import type { Workload } from './workload.js';

export const memoryRow: Workload<'memoryRow'> = {
  ...redisRow,
  name: 'memoryRow',
  title: 'cached row by id, memory',
  suite: 'memory',
  bounds: [{ to: 'raw', most: 0.05 }],
};
