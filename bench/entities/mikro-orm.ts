import { EntitySchema } from '@mikro-orm/core';
import type { AuthorRow } from '../dataset/author-row.js';
import type { NewArticle } from '../dataset/new-article.js';

// The tables of models.ts on PostgreSQL, mapped with MikroORM.

/** An article as MikroORM gives it: its author is an entity, loaded or not, and has the foreign key as its id. */
export interface MikroArticle extends Omit<NewArticle, 'authorId'> {
  id: string;
  createdAt: Date;
  updatedAt: Date;
  author: AuthorRow;
}

export interface MikroVersionedArticle extends MikroArticle {
  version: number;
}

const times = {
  createdAt: { type: 'datetime', length: 3, fieldName: 'createdAt' },
  updatedAt: { type: 'datetime', length: 3, fieldName: 'updatedAt', onUpdate: () => new Date() },
} as const;

export const AuthorSchema = new EntitySchema<AuthorRow>({
  name: 'Author',
  tableName: 'author',
  properties: {
    id: { type: 'uuid', primary: true },
    name: { type: 'string', length: 64 },
    email: { type: 'string', length: 254 },
    ...times,
  },
});

const articleProperties = {
  id: { type: 'uuid', primary: true },
  title: { type: 'string', length: 64 },
  slug: { type: 'string', length: 128 },
  body: { type: 'string', length: 2000 },
  isPublished: { type: 'boolean', fieldName: 'isPublished' },
  viewCount: { type: 'integer', fieldName: 'viewCount' },
  rating: { type: 'double' },
  language: { type: 'string', length: 16 },
  ...times,
  author: { kind: 'm:1', entity: 'Author', fieldName: 'authorId' },
} as const;

export const ArticleSchema = new EntitySchema<MikroArticle>({
  name: 'Article',
  tableName: 'article',
  properties: articleProperties,
});

export const VersionedArticleSchema = new EntitySchema<MikroVersionedArticle>({
  name: 'VersionedArticle',
  tableName: 'versioned_article',
  properties: { ...articleProperties, version: { type: 'integer', version: true } },
});
