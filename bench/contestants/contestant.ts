import type { ArticleRow } from '../dataset/article-row.js';
import type { NewArticle } from '../dataset/new-article.js';

/** The sides of the comparison. */
export type ContestantName = 'raw' | 'typeorm' | 'module';

export interface PageRequest {
  offset: number;
  limit: number;
}

export interface Page {
  count: number;
  items: readonly ArticleRow[];
}

export interface PatchRequest {
  id: string;
  changes: { title: string };
}

/** One way of doing a piece of work, by the name under which it is reported. */
export type Variants<Input, Output> = Readonly<Record<string, (input: Input) => Promise<Output> | Output>>;

/**
 * What is timed. A contestant may bring several usual ways of doing the same work: all are measured, the fastest
 * stands for it in the comparison.
 */
export interface Operations {
  /** The article with this id. */
  rowById: Variants<string, ArticleRow | null>;
  /** So many articles in the order of their ids, each with its author. */
  rowsWithAuthor: Variants<number, readonly ArticleRow[]>;
  /** So many articles in the order of their ids. */
  rows: Variants<number, readonly ArticleRow[]>;
  /** So many articles in the order of their ids, each with its author: enough of them for the cost of each to show. */
  manyRowsWithAuthor: Variants<number, readonly ArticleRow[]>;
  /** So many articles by TypeORM's own `find`; this module's share is what it does to entities that others load. */
  foundRows: Variants<number, readonly ArticleRow[]>;
  /** So many articles by TypeORM's own `find`, each with its author by a join. */
  foundRowsWithAuthor: Variants<number, readonly ArticleRow[]>;
  /** So many reads of the loaded author of 50 articles, and how many letters the names have together. */
  loadedRelationReads: Variants<number, number>;
  /** The published articles, newest first: one page, and how many there are. */
  pageWithCount: Variants<PageRequest, Page>;
  /** Stores the articles in one call; ids, if the database does not make them, and timestamps come back. */
  insertRows: Variants<readonly NewArticle[], readonly ArticleRow[]>;
  /** What an HTTP PATCH handler does: reads the row, changes it, saves it, answers with the row as it is now. */
  patchRow: Variants<PatchRequest, ArticleRow>;
}

export interface Contestant {
  readonly operations: Operations;
  close(): Promise<void>;
}
