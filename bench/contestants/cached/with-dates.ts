import type { ArticleRow } from '../../dataset/article-row.js';

/** Rows that went through JSON, as the others give them: with dates. For the comparison only, not timed. */
export function withDates(output: unknown): unknown {
  if (Array.isArray(output)) return output.map(withDates);
  if (typeof output !== 'object' || output === null) return output;
  const row = output as ArticleRow;
  return { ...row, createdAt: new Date(row.createdAt), updatedAt: new Date(row.updatedAt) };
}
