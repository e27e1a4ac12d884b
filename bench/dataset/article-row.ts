import type { AuthorRow } from './author-row.js';
import type { NewArticle } from './new-article.js';

/** An article as every contestant has to return it. */
export interface ArticleRow extends NewArticle {
  id: string;
  createdAt: Date;
  updatedAt: Date;
  author?: AuthorRow;
}

/** The same, from the table whose rows count how often they were written. */
export interface VersionedArticleRow extends ArticleRow {
  version: number;
}
