import type { EngineName } from '../database/bench-database.js';
import type { ArticleRow, VersionedArticleRow } from '../dataset/article-row.js';
import type { NewArticle } from '../dataset/new-article.js';
import type { Suite } from '../workloads/suite.js';

/** The sides of the comparison, in the order of the report. */
export const CONTESTANTS = [
  'raw',
  'typeorm',
  'typeormcache',
  'drizzle',
  'mikroorm',
  'bentocache',
  'cachemanager',
  'module',
] as const;

export type ContestantName = (typeof CONTESTANTS)[number];

const TITLES: Readonly<Record<ContestantName, string>> = {
  raw: 'raw driver',
  typeorm: 'TypeORM',
  typeormcache: 'TypeORM query cache',
  drizzle: 'Drizzle',
  mikroorm: 'MikroORM',
  bentocache: 'bentocache',
  cachemanager: 'cache-manager',
  module: 'this module',
};

/** Who is somebody else, or does something else, where there is a cache. */
const CACHE_TITLES: Partial<Record<ContestantName, string>> = {
  raw: 'raw Redis',
  typeorm: 'TypeORM, no cache',
  mikroorm: 'MikroORM result cache',
};

/** How the report calls a contestant. */
export function contestantTitle(name: ContestantName, suite: Suite = 'tables'): string {
  return (suite === 'tables' ? undefined : CACHE_TITLES[name]) ?? TITLES[name];
}

const EVERYWHERE: readonly ContestantName[] = ['raw', 'typeorm', 'module'];

/** Whether the contestant runs on this engine; all do on PostgreSQL. */
export function runsOn(name: ContestantName, engine: EngineName): boolean {
  if (name === 'drizzle') return engine !== 'mariadb';
  return engine === 'postgres' || EVERYWHERE.includes(name); // MikroORM's SQLite driver brings a native module of its own
}

/** Who takes part in what. */
const PARTIES: Readonly<Record<Suite, readonly ContestantName[]>> = {
  tables: ['raw', 'typeorm', 'drizzle', 'mikroorm', 'module'],
  redis: ['raw', 'typeorm', 'typeormcache', 'bentocache', 'cachemanager', 'module'],
  memory: ['raw', 'typeorm', 'mikroorm', 'bentocache', 'cachemanager', 'module'],
  herd: ['raw', 'typeorm', 'typeormcache', 'bentocache', 'cachemanager', 'module'],
};

export function takesPartIn(name: ContestantName, suite: Suite): boolean {
  return PARTIES[suite].includes(name);
}

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

/** The timed part of an operation that starts from what was loaded before. */
export type Save<Output> = () => Promise<Output> | Output;

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
  /** Reads the article with this id, counts one view more, saves it. */
  readChangeSave: Variants<string, ArticleRow>;
  /** The same with an article that has a version: nothing is written if the row has another one by then. */
  readChangeSaveVersioned: Variants<string, VersionedArticleRow>;
  /** Loads the article with this id (not timed); then saves it as it is. */
  unchangedSave: Variants<string, Save<ArticleRow>>;
  /** Loads articles in the order of their ids (not timed); then counts one view more for each and saves all. */
  saveBatch: Variants<PageRequest, Save<readonly ArticleRow[]>>;
  /** The article with this id, through a cache in Redis that has it. */
  redisRow: Variants<string, ArticleRow | null>;
  /** A page of the published articles, newest first, through a cache in Redis that has it. */
  redisList: Variants<PageRequest, readonly ArticleRow[]>;
  /** Makes the cache forget the article (not timed); then reads it through the cache in Redis. */
  redisFill: Variants<string, Save<ArticleRow | null>>;
  /** Writes a row that the cache has, and reads it through the cache in Redis. */
  redisWrite: Variants<PatchRequest, ArticleRow | null>;
  /** The same three through a cache in the memory of the process. */
  memoryRow: Variants<string, ArticleRow | null>;
  memoryList: Variants<PageRequest, readonly ArticleRow[]>;
  memoryWrite: Variants<PatchRequest, ArticleRow | null>;
}

export interface Contestant {
  /** Without the workloads in which it has no part. */
  readonly operations: Partial<Operations>;
  /** The data of a result, for a library whose entities have another shape. For the comparison only, not timed. */
  readonly plain?: (output: unknown) => unknown;
  /** Empties its cache: the tables are about to be changed behind its back. Absent without a cache. */
  clear?(): Promise<void>;
  close(): Promise<void>;
}
