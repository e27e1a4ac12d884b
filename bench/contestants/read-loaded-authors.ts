import type { ArticleRow } from '../dataset/article-row.js';

const ARTICLES = 50;

/** Reads the authors of articles that are loaded once. */
export function readLoadedAuthors(
  load: (limit: number) => Promise<readonly ArticleRow[]> | readonly ArticleRow[],
): (reads: number) => Promise<number> {
  let loaded: readonly ArticleRow[] | undefined;
  return async (reads) => {
    loaded ??= await load(ARTICLES);
    let letters = 0;
    for (let read = 0; read < reads; read++) letters += loaded[read % ARTICLES]?.author?.name.length ?? 0;
    return letters;
  };
}
