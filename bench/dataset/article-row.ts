import type { AuthorRow } from './author-row.js';
import type { NewArticle } from './new-article.js';

/** An article as every contestant has to return it. */
export interface ArticleRow extends NewArticle {
  id: string;
  createdAt: Date;
  updatedAt: Date;
  author?: AuthorRow;
}
