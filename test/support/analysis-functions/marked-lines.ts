import { readFileSync } from 'node:fs';

/** `file:line` by mark, as a file of the fixture has them. */
export function markedLines(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((text, index) => {
      const [, mark] = /'(line:[^']+)'/.exec(text) ?? [];
      return mark === undefined ? [] : [[mark, `${file}:${index + 1}`]];
    }),
  );
}
