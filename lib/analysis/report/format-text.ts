import type { Finding } from '../finding.js';
import type { Report } from '../report.js';
import type { Suppression } from '../suppression.js';
import { certainlyStale } from './certainly-stale.js';
import { pageOf } from './every-rule.js';
import { countText } from './report-counts.js';
import type { ReportFormat } from './report-format.js';
import { sourcePath } from './source-path.js';

/**
 * For people: a block for each file, then what is about tables, then what was not read, then suppressions that cover
 * nothing, then the count, and where to read more.
 */
export const formatText: ReportFormat = (report, { root }) => {
  const blocks = new Map<string, string[]>();
  for (const finding of report.findings) {
    const file = finding.location === undefined ? '' : sourcePath(finding.location.file, root).path;
    blocks.set(file, [...(blocks.get(file) ?? []), ...linesOf(finding, file)]);
  }
  const rest = [report.unread.map(unreadLine), certainlyStale(report).map(staleLine)];
  return [
    ...[...blocks].sort(([one], [other]) => byFile(one, other)).map(([, lines]) => lines),
    ...rest.filter((lines) => lines.length > 0),
    [countText(report), ...pagesLine(report)],
  ]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
};

function linesOf({ rule, severity, place, message, fix, handlers, location }: Finding, file: string): string[] {
  const where = location === undefined ? place : `${file}:${location.line}`;
  return [
    `${where}  ${severity}  ${rule}  ${message}`,
    `    fix: ${fix}`,
    ...(location === undefined ? [] : [`    in ${place}${cameFrom(place, handlers)}`]),
  ];
}

/** A handler is not said to have come from itself. */
function cameFrom(place: string, handlers: readonly string[]): string {
  const others = handlers.filter((handler) => handler !== place);
  return others.length === 0 ? '' : `, reached from ${others.join(', ')}`;
}

function unreadLine(handler: string): string {
  return `The analysis could not read ${handler}. Please report it to nestjs-sqlmodel-ext.`;
}

function staleLine({ rule, place, reason }: Suppression): string {
  return `${place}  stale  ${rule}  The suppression covers nothing any more: remove it. Its reason was: ${reason}`;
}

/** The pages of the rules, in the repository of this library. */
function pagesLine({ findings }: Report): string[] {
  const codes = [...new Set(findings.map(({ rule }) => rule))].sort();
  return codes.length === 0 ? [] : [`wrong and right code: ${codes.map(pageOf).join(', ')}`];
}

/** What has no file, the tables, comes last. */
function byFile(one: string, other: string): number {
  if (one === '' || other === '') return one === '' ? 1 : -1;
  return one < other ? -1 : 1;
}
