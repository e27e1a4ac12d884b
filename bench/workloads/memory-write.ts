import { redisWrite } from './redis-write.js';
import type { Workload } from './workload.js';

export const memoryWrite: Workload<'memoryWrite'> = {
  ...redisWrite,
  name: 'memoryWrite',
  title: 'write of a cached row and read of it, memory',
  suite: 'memory',
};
