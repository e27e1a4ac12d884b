import { foundRows } from './found-rows.js';
import { foundRowsWithAuthor } from './found-rows-with-author.js';
import { insertRows } from './insert-rows.js';
import { loadedRelationReads } from './loaded-relation-reads.js';
import { manyRowsWithAuthor } from './many-rows-with-author.js';
import { memoryList } from './memory-list.js';
import { memoryRow } from './memory-row.js';
import { memoryWrite } from './memory-write.js';
import { pageWithCount } from './page-with-count.js';
import { patchRow } from './patch-row.js';
import { readChangeSave } from './read-change-save.js';
import { readChangeSaveVersioned } from './read-change-save-versioned.js';
import { redisFill } from './redis-fill.js';
import { redisList } from './redis-list.js';
import { redisRow } from './redis-row.js';
import { redisWrite } from './redis-write.js';
import { rowById } from './row-by-id.js';
import { rowsWithAuthor } from './rows-with-author.js';
import { saveBatch } from './save-batch.js';
import { thousandRows } from './thousand-rows.js';
import { unchangedSave } from './unchanged-save.js';
import type { Workload, WorkloadName } from './workload.js';

export { type Suite, SUITES } from './suite.js';
export type { Bound, Workload, WorkloadName } from './workload.js';

/** In the order of the report. */
export const WORKLOADS: readonly Workload[] = [
  rowById,
  rowsWithAuthor,
  thousandRows,
  manyRowsWithAuthor,
  foundRows,
  foundRowsWithAuthor,
  loadedRelationReads,
  pageWithCount,
  insertRows,
  patchRow,
  readChangeSave,
  readChangeSaveVersioned,
  unchangedSave,
  saveBatch,
  redisRow,
  redisList,
  redisFill,
  redisWrite,
  memoryRow,
  memoryList,
  memoryWrite,
] as readonly Workload[];

export function workloadNamed(name: WorkloadName): Workload {
  const workload = WORKLOADS.find((candidate) => candidate.name === name);
  if (!workload) throw new Error(`no workload ${name}`);
  return workload;
}
