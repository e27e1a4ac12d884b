import type { Workload } from './workload.js';

export const loadedRelationReads: Workload<'loadedRelationReads'> = {
  name: 'loadedRelationReads',
  title: '100,000 reads of a loaded relation',
  bounds: [{ to: 'typeorm', most: 1.1 }],
  storedArticles: 2_000,
  addsArticles: false,
  maxOperations: 50,
  input: () => 100_000,
  comparable: (output) => output,
};
