import type { DataSource } from 'typeorm';
import { QueryRecorder } from './query-recorder.js';

/**
 * Runs work and demands that it sends exactly `count` statements.
 *
 * @returns what the work gives
 * @throws Error that lists every statement, when the number differs
 */
export async function expectQueries<T>(dataSource: DataSource, count: number, work: () => Promise<T> | T): Promise<T> {
  const recorder = new QueryRecorder(dataSource);
  const result = await recorder.record(work);
  const { length } = recorder.queries;
  if (length !== count) {
    throw new Error(`Expected ${count} statement${count === 1 ? '' : 's'}, but ${length} ran:\n${recorder.report()}`);
  }
  return result;
}
