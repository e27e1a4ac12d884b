import { readFileSync } from 'node:fs';
import type { Finding } from '../../../lib/analysis/index.js';
import { marksIn, type Mark } from './marked-lines.js';

/** Where the report and the marks of some files differ. Both empty: everything that is marked is found, and nothing else. */
export interface Difference {
  readonly missed: readonly string[];
  readonly surplus: readonly string[];
}

/** Compares findings with the marks of these files, by file, line, rule and the word that the message must contain. */
export function compare(findings: readonly Finding[], files: readonly string[]): Difference {
  const marks = files.flatMap(marksIn);
  const isMarked = (finding: Finding): boolean => marks.some((mark) => fits(mark, finding));
  return {
    missed: marks.filter((mark) => !findings.some((finding) => fits(mark, finding))).map(describeMark),
    surplus: findings.filter((finding) => !isMarked(finding)).map(describeFinding),
  };
}

function fits({ file, line, rules, word }: Mark, { rule, message, location }: Finding): boolean {
  return (
    location !== undefined &&
    pathOf(location.file) === file &&
    location.line === line &&
    rules.includes(rule) &&
    (word === undefined || new RegExp(`\\b${word}\\b`).test(message))
  );
}

function describeMark({ file, line, rules, word, text }: Mark): string {
  return `${nameOf(file)}:${line} ${rules.join('|')} ${word ?? ''}: ${text}`;
}

function describeFinding({ rule, place, message, location }: Finding): string {
  if (!location) return `nowhere ${rule} ${place}: ${message}`;
  const file = pathOf(location.file);
  return `${nameOf(file)}:${location.line} ${rule} ${place}: ${message} | ${lineOf(file, location.line)}`;
}

function lineOf(file: string, line: number): string {
  try {
    return readFileSync(file, 'utf8').split('\n')[line - 1]?.trim() ?? 'no such line';
  } catch {
    return 'no such file';
  }
}

const pathOf = (file: string): string => file.replace(/^file:\/\//, '');
const nameOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
