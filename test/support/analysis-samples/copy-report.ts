import type { Report } from '../../../lib/analysis/index.js';

/** What the analysis says about a copy: what it has found, and what it could not read. */
export type CopyReport = Pick<Report, 'findings' | 'unread'>;
