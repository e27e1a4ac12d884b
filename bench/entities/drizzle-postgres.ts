import { relations } from 'drizzle-orm';
import { boolean, doublePrecision, integer, pgTable, timestamp, uuid, varchar } from 'drizzle-orm/pg-core';
import { uuidV7 } from '../dataset/uuid-v7.js';

// The tables of models.ts on PostgreSQL, declared with Drizzle.

const time = () => timestamp({ precision: 3, withTimezone: true });

export const author = pgTable('author', {
  id: uuid().primaryKey().$defaultFn(uuidV7),
  name: varchar({ length: 64 }).notNull(),
  email: varchar({ length: 254 }).notNull(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
});

const articleColumns = () => ({
  id: uuid().primaryKey().$defaultFn(uuidV7),
  title: varchar({ length: 64 }).notNull(),
  slug: varchar({ length: 128 }).notNull(),
  body: varchar({ length: 2000 }).notNull(),
  isPublished: boolean().notNull(),
  viewCount: integer().notNull(),
  rating: doublePrecision().notNull(),
  language: varchar({ length: 16 }).notNull(),
  createdAt: time().notNull().defaultNow(),
  updatedAt: time().notNull().defaultNow(),
  authorId: uuid()
    .notNull()
    .references(() => author.id),
});

export const article = pgTable('article', articleColumns());

export const versionedArticle = pgTable('versioned_article', {
  ...articleColumns(),
  version: integer().notNull().default(1),
});

export const articleRelations = relations(article, ({ one }) => ({
  author: one(author, { fields: [article.authorId], references: [author.id] }),
}));
