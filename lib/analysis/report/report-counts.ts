import type { Report } from '../report.js';
import { certainlyStale } from './certainly-stale.js';

/** How much is in a report. */
export interface ReportCounts {
  readonly errors: number;
  readonly warnings: number;
  readonly suppressed: number;
  readonly stale: number;
  readonly unread: number;
  readonly handlers: number;
}

export function countsOf(report: Report): ReportCounts {
  const { findings, suppressed, unread, handlers } = report;
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    errors,
    warnings: findings.length - errors,
    suppressed: suppressed.length,
    stale: certainlyStale(report).length,
    unread: unread.length,
    handlers,
  };
}

/** As people read it: `3 findings (2 errors, 1 warning) in 41 handlers; 1 suppressed`. */
export function countText(report: Report): string {
  const { errors, warnings, suppressed, stale, unread, handlers } = countsOf(report);
  const kinds = [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : ''];
  const inBrackets = kinds.filter((kind) => kind !== '').join(', ');
  const rest = [
    suppressed > 0 ? `${suppressed} suppressed` : '',
    stale > 0 ? counted(stale, 'stale suppression') : '',
    unread > 0 ? `${counted(unread, 'handler')} not read` : '',
  ].filter((part) => part !== '');
  const findings = `${counted(errors + warnings, 'finding')}${inBrackets === '' ? '' : ` (${inBrackets})`}`;
  return [`${findings} in ${counted(handlers, 'handler')}`, ...rest].join('; ');
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
