import { existsSync, readFileSync } from 'node:fs';
import type { LogRecord } from './log-record.js';

/** The records of a log. A line that its writer did not live to end is left out. */
export function readLog(path: string): LogRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop();
  return lines.map((line) => JSON.parse(line) as LogRecord);
}
