import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeBlock } from '../docs-code/code-block.js';
import { codeBlocksOf } from '../docs-code/code-blocks-of.js';
import { REPOSITORY_ROOT } from '../repository-root.js';

/** A block of a page that names its file: `// file: wrong/article.service.ts`. */
export interface PageFile extends CodeBlock {
  readonly name: string;
}

/** Which application of a page a file belongs to: those below `wrong/`, those below `right/`; all others are in both. */
export type Side = 'wrong' | 'right';

/** The page of a rule, or another one with code for the analysis, taken apart. */
export class RulePage {
  readonly markdown: string;
  /** The blocks that name their files. */
  readonly files: readonly PageFile[];

  /** @param path relative to the repository */
  constructor(path: string) {
    this.markdown = readFileSync(join(REPOSITORY_ROOT, path), 'utf8');
    this.files = codeBlocksOf(path, this.markdown).flatMap((block) => {
      const name = nameOf(block);
      return name === undefined ? [] : [{ ...block, name }];
    });
  }

  /** `RLC003 unloaded-relation` */
  get heading(): string | undefined {
    return /^# (.+)$/m.exec(this.markdown)?.[1];
  }

  get headings(): string[] {
    return [...this.markdown.matchAll(/^## (.+)$/gm)].map(([, text]) => text);
  }

  /** What stands below the heading, up to the next one, on one line. */
  get introduction(): string {
    const [, text] = /^# .+\n([^]*?)\n## /.exec(this.markdown) ?? [];
    return onOneLine(text);
  }

  /** What a section says that the log says about the code, a line for each finding. */
  messagesIn(heading: string): string[] {
    const [, text] = /^```text\n([^]*?)\n```$/m.exec(this.section(heading)) ?? [];
    return text.split(/\n(?! )/).map(onOneLine);
  }

  /** The place that the page names for the options: `place: 'ArticleService.byline'`. */
  get suppressedPlace(): string | undefined {
    return /place: '([^']+)'/.exec(this.section('Suppress'))?.[1];
  }

  filesOf(side: Side): PageFile[] {
    return this.files.filter(({ name }) => name.startsWith(`${side}/`) || !/^(wrong|right)\//.test(name));
  }

  section(heading: string): string {
    const [, text] = this.markdown.split(`\n## ${heading}\n`);
    return text.split('\n## ', 1)[0];
  }
}

function nameOf({ code }: CodeBlock): string | undefined {
  return /^\/\/ file: (\S+\.ts)\s*(?:\n|$)/.exec(code)?.[1];
}

function onOneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
