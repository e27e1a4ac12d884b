import type { Report } from '../report.js';

/** What a format needs to know besides the report. */
export interface FormatContext {
  /** Absolute path of the folder to which paths are relative. */
  readonly root: string;
  /** Version of this library. */
  readonly version: string;
}

/** Writes a report as text, with a line break at its end. */
export type ReportFormat = (report: Report, context: FormatContext) => string;
