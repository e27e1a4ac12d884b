import { readFileSync } from 'node:fs';

/** The line of source that a place names: `function (file:line:column)`. */
export function lineAt(place: string | undefined): string {
  const [, file = '', line = ''] = /([^\s()]+):(\d+):\d+\)?$/.exec(place ?? '') ?? [];
  return readFileSync(file, 'utf8').split('\n')[Number(line) - 1].trim();
}
