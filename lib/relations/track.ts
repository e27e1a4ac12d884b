import type { DataSource } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { detectionOf } from './detection.js';
import type { NPlusOneReport } from './n-plus-one-report.js';
import { QueryTracker } from './query-tracker.js';

/** Options of `track()`. */
export interface TrackOptions {
  /**
   * How often one query shape may repeat before it is reported. Default: as `relations.nPlusOne` of `forRoot()`
   * says.
   */
  readonly threshold?: number;
  /** Takes each report when the work has ended; what it throws, `track()` rejects with. Default: a warning in the log. */
  readonly report?: (report: NPlusOneReport) => void;
}

/**
 * Runs work, such as a job or a part of a test, and reports every query shape that it repeats too often: once,
 * when it has ended. Where nothing is counted, as in production, the work just runs.
 *
 * @param label names the work in the report
 * @returns what the work gives
 * @throws ConfigurationError for a threshold that is not a positive integer
 */
export async function track<T>(
  dataSource: DataSource,
  label: string,
  work: () => Promise<T> | T,
  options: TrackOptions = {},
): Promise<T> {
  const detection = detectionOf(dataSource);
  const { threshold = detection.threshold, report = ({ message }) => detection.warn(message) } = options;
  if (threshold === false) return work();
  if (!Number.isInteger(threshold) || threshold < 1) {
    throw new ConfigurationError(`track(): 'threshold' must be a positive integer, but is ${String(threshold)}.`, {
      option: 'threshold',
    });
  }
  const tracker = new QueryTracker(label, new Map([[dataSource, threshold]]));
  let result: T;
  try {
    result = await tracker.run(async () => work());
  } catch (error) {
    // The work's own error is the one that counts.
    try {
      tracker.end().forEach(report);
    } catch {
      // A test that reports by throwing fails already.
    }
    throw error;
  }
  tracker.end().forEach(report);
  return result;
}
