import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding, Report, Suppression } from '../analysis/index.js';

/** What people read of a report: a line for each finding, and for each suppression that covers nothing. */
export function linesOf({ findings, stale }: Report): string[] {
  return [...findings.map(lineOf), ...stale.map(staleLineOf)];
}

/** `[RLC003] src/article.service.ts:21 ArticleService.show: what happens. What to write instead` */
function lineOf({ rule, location, place, message, fix }: Finding): string {
  const where = location ? `${shortPath(location.file)}:${location.line} ` : '';
  return `[${rule}] ${where}${place}: ${sentence(message)} ${sentence(fix)}`;
}

function staleLineOf({ rule, place, reason }: Suppression): string {
  return `[${rule}] ${place}: the suppression covers nothing any more ('${reason}'). Remove it.`;
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Relative to where the application runs, where that is shorter. */
function shortPath(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}

/** How much a report has found, for the end of a log. */
export function countLine({ findings, stale, handlers }: Report): string {
  const faults = counted(findings.length, 'finding');
  const covered = stale.length === 0 ? '' : ` and ${counted(stale.length, 'suppression')} without one`;
  return `The start-up analysis: ${faults}${covered}, in ${counted(handlers, 'handler')}.`;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
