/** One step of a walk-through: a command as the reader runs it, and the answer that the page promises. */
export interface WalkthroughStep {
  /** Line of the command in the page, counted from 1. */
  readonly line: number;
  readonly command: string;
  readonly status: number;
  /** Parsed JSON with placeholders, or undefined when the answer is empty. */
  readonly body: unknown;
}

const BLOCK = /^```(\w+)\n(.*?)^```$/gms;
const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\w ]+\n+/;

/** The `curl` commands of a page, each with the `http` block that follows it. */
export function walkthroughOf(markdown: string): WalkthroughStep[] {
  const blocks = [...markdown.matchAll(BLOCK)].map(({ index, 1: language, 2: content }) => ({
    language: language,
    content: content,
    line: markdown.slice(0, index).split('\n').length + 1,
  }));
  const steps = blocks.flatMap(({ language, content, line }, index) => {
    if (language !== 'sh' || !content.startsWith('curl ')) return [];
    const answer = blocks[index + 1];
    const [statusLine, status] = (answer?.language === 'http' ? STATUS_LINE.exec(answer.content) : null) ?? [];
    if (statusLine === undefined) throw new Error(`line ${line}: no answer with a status line follows the request`);
    const json = answer.content.slice(statusLine.length);
    return [
      { line, command: content, status: Number(status), body: json === '' ? undefined : (JSON.parse(json) as unknown) },
    ];
  });
  const answers = blocks.filter(({ language }) => language === 'http').length;
  if (answers !== steps.length) throw new Error(`${answers} answers follow ${steps.length} requests`);
  return steps;
}
