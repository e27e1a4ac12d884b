import { countText, sourcePath, type Finding, type Report, type Suppression } from '../analysis/index.js';

/** A report as a log has it. */
export interface ReportLines {
  /** A line for each finding, for each handler that could not be read, and for each suppression that covers nothing. */
  readonly lines: readonly string[];
  /** How much was found. */
  readonly count: string;
}

export function linesOf(report: Report): ReportLines {
  const { findings, unread, stale } = report;
  // What was not read may be what they cover.
  const useless = unread.length === 0 ? stale : [];
  return {
    lines: [...findings.map(lineOf), ...unread.map(unreadLineOf), ...useless.map(staleLineOf)],
    count: `The start-up analysis has found ${countText(report)}.`,
  };
}

/** `[RLC003] src/article.service.ts:21 ArticleService.show: what happens. What to write instead.` */
function lineOf({ rule, location, place, message, fix }: Finding): string {
  const where = location ? `${sourcePath(location.file, process.cwd()).path}:${location.line} ` : '';
  return `[${rule}] ${where}${place}: ${sentence(message)} ${sentence(fix)}`;
}

function unreadLineOf(handler: string): string {
  return `The start-up analysis could not read ${sentence(handler)} Please report it to nestjs-sqlmodel-ext.`;
}

function staleLineOf({ rule, place, reason }: Suppression): string {
  return `[${rule}] ${place}: the suppression covers nothing any more. Remove it; its reason was: ${sentence(reason)}`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
