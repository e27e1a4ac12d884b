import { readFileSync } from 'node:fs';

/** What a line of a case must be reported for: `// RLC003 author`, with `RLC003|RLC011` where two rules are as good. */
export interface Mark {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly rules: readonly string[];
  /** A word of the message: mostly the relation. */
  readonly word: string | undefined;
  readonly text: string;
}

/** The marks of a source file; several on one line are separated by commas. */
export function marksIn(file: string): Mark[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    const [, marks] = /\/\/ ((?:RLC|SCH)\d{3}\b.*)$/.exec(text) ?? [];
    return (marks?.split(', ') ?? []).map((mark) => {
      const [rules, word] = mark.split(' ');
      return { file, line: index + 1, rules: rules.split('|'), word, text: text.trim() };
    });
  });
}
