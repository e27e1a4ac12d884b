import type { CodeBlock } from './code-block.js';

/** A code block as the compiler sees it. */
export interface DocsModule {
  /** Absolute path of a file that exists for the compiler alone. */
  readonly path: string;
  readonly text: string;
  /** How many lines of `text` stand before the block's code. */
  readonly addedLines: number;
  readonly block: CodeBlock;
}
