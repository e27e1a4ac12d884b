import type { ArticleRow } from './article-row.js';
import type { AuthorRow } from './author-row.js';
import type { NewArticle } from './new-article.js';

export const AUTHORS = 100;

/** The day on which every stored row was made: whole seconds, the precision that all engines share. */
const EPOCH = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const BODY = "A body of the length that an abstract has, with ASCII, accents (é, ü) and a quote ('). ".repeat(4).trim();

/** Ids are computed, so that every process knows every row without being told; they sort by number. */
export function authorId(index: number): string {
  return `01900000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

export function articleId(index: number): string {
  return `01900000-0001-7000-8000-${index.toString(16).padStart(12, '0')}`;
}

export function author(index: number): AuthorRow {
  const createdAt = new Date(EPOCH + index * MINUTE);
  return {
    id: authorId(index),
    name: `Author ${index}`,
    email: `author-${index}@example.org`,
    createdAt,
    updatedAt: createdAt,
  };
}

/** An article that is not stored yet; `series` keeps the slugs of different calls apart. */
export function newArticle(index: number, series = 'seed'): NewArticle {
  return {
    title: `Article ${index} of the series`,
    slug: `${series}-${index}`,
    body: `${index} ${BODY}`,
    isPublished: index % 3 !== 0,
    viewCount: (index * 7919) % 100_000,
    rating: (index % 50) / 8, // exact in binary: equal in every driver
    language: index % 5 === 0 ? 'de' : 'en',
    authorId: authorId((index * 31) % AUTHORS),
  };
}

export function article(index: number): ArticleRow {
  const createdAt = new Date(EPOCH + index * MINUTE);
  return { id: articleId(index), ...newArticle(index), createdAt, updatedAt: createdAt };
}
