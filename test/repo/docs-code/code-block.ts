/** A fenced block of TypeScript on a page. */
export interface CodeBlock {
  /** The page, relative to the repository. */
  readonly page: string;
  /** The page's line of the first line of code. */
  readonly line: number;
  readonly code: string;
}
