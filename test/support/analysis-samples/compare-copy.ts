import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../lib/analysis/index.js';
import type { CopyReport } from './copy-report.js';
import type { Expected, SeededFault } from './seeded-fault.js';

/** Where the report of a copy and its faults differ. All empty: every fault is found, and nothing else. */
export interface CopyDifference {
  readonly missed: readonly string[];
  readonly surplus: readonly string[];
  /** What could not be read. */
  readonly unread: readonly string[];
}

/** Compares the report of a copy with what its faults must lead to: by rule, file, line, and a word of the message. */
export async function compareCopy(
  folder: string,
  faults: readonly SeededFault[],
  { findings, unread }: CopyReport,
): Promise<CopyDifference> {
  const places = await Promise.all(
    faults.flatMap(({ mistake, found }) =>
      found.map(async (expected) => ({ mistake, expected, place: await placeOf(folder, expected) })),
    ),
  );
  const fits = ({ expected, place }: (typeof places)[number], finding: Finding): boolean =>
    finding.rule === expected.rule &&
    foundAt(finding) === place &&
    new RegExp(`\\b${expected.word}\\b`).test(finding.message);
  return {
    missed: places
      .filter((wanted) => !findings.some((finding) => fits(wanted, finding)))
      .map(({ mistake, expected: { rule, word }, place }) => `${rule} ${word} at ${place}: ${mistake}`),
    surplus: findings
      .filter((finding) => !places.some((wanted) => fits(wanted, finding)))
      .map((finding) => `${finding.rule} at ${foundAt(finding)}: ${finding.message}`),
    unread,
  };
}

/** `file:line`; of a finding about tables the relation. */
function foundAt({ location, place }: Finding): string {
  return location ? `${location.file.replace(/^file:\/\//, '')}:${location.line}` : place;
}

async function placeOf(folder: string, { at }: Expected): Promise<string> {
  if (typeof at === 'string') return at;
  const [file, text] = at;
  const path = join(folder, file);
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim());
  const first = lines.indexOf(text);
  if (first === -1) throw new Error(`${file} has no line "${text}"`);
  if (lines.indexOf(text, first + 1) !== -1) throw new Error(`${file} has the line "${text}" more than once`);
  return `${path}:${first + 1}`;
}
