import { formatJson } from './format-json.js';
import { formatSarif } from './format-sarif.js';
import { formatText } from './format-text.js';
import type { ReportFormat } from './report-format.js';

export type ReportFormatName = 'text' | 'json' | 'sarif';

/** The formats of a report by name. */
export const REPORT_FORMATS: Readonly<Record<ReportFormatName, ReportFormat>> = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
};
