import { countText, sourcePath, type Finding, type Report, type Suppression } from '../analysis/index.js';

/** A report as a log has it. */
export interface ReportLines {
  /** A line for each finding, and for each suppression that covers nothing. */
  readonly lines: readonly string[];
  /** How much was found. */
  readonly count: string;
}

export function linesOf(report: Report): ReportLines {
  return {
    lines: [...report.findings.map(lineOf), ...report.stale.map(staleLineOf)],
    count: `The start-up analysis has found ${countText(report)}.`,
  };
}

/** `[RLC003] src/article.service.ts:21 ArticleService.show: what happens. What to write instead.` */
function lineOf({ rule, location, place, message, fix }: Finding): string {
  const where = location ? `${sourcePath(location.file, process.cwd()).path}:${location.line} ` : '';
  return `[${rule}] ${where}${place}: ${sentence(message)} ${sentence(fix)}`;
}

function staleLineOf({ rule, place, reason }: Suppression): string {
  return `[${rule}] ${place}: the suppression covers nothing any more. Remove it; its reason was: ${sentence(reason)}`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
