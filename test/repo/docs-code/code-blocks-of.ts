import type { CodeBlock } from './code-block.js';

const OPENING = /^( {0,3})(`{3,}|~{3,}) *(\S*)/;

/** The `ts` and `typescript` blocks of a page. A block that never ends is an error of the page. */
export function codeBlocksOf(page: string, markdown: string): CodeBlock[] {
  const lines = markdown.split(/\r?\n/);
  const blocks: CodeBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const [, indent, fence, language] = OPENING.exec(lines[index]) ?? [];
    if (fence === undefined) continue;
    const isEnd = (line: string) => line.trim().startsWith(fence) && line.trim().replaceAll(fence[0], '') === '';
    const end = lines.findIndex((line, at) => at > index && isEnd(line));
    if (end < 0) throw new Error(`${page}:${index + 1} opens a block that never ends`);
    if (language === 'ts' || language === 'typescript') {
      const code = lines
        .slice(index + 1, end)
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
      blocks.push({ page, line: index + 2, code: code.join('\n') });
    }
    index = end;
  }
  return blocks;
}
