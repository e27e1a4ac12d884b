import { relations } from 'drizzle-orm';
import { customType, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { uuidV7 } from '../dataset/uuid-v7.js';

// The tables of models.ts on SQLite, declared with Drizzle.

/** TypeORM's storage format: UTC, a blank for the T, no zone. */
const time = customType<{ data: Date; driverData: string }>({
  dataType: () => 'datetime',
  toDriver: (date) => date.toISOString().replace('T', ' ').slice(0, -1),
  fromDriver: (stored) => new Date(`${stored.replace(' ', 'T')}Z`),
});

export const author = sqliteTable('author', {
  id: text().primaryKey().$defaultFn(uuidV7),
  name: text().notNull(),
  email: text().notNull(),
  createdAt: time().notNull(),
  updatedAt: time().notNull(),
});

const articleColumns = () => ({
  id: text().primaryKey().$defaultFn(uuidV7),
  title: text().notNull(),
  slug: text().notNull(),
  body: text().notNull(),
  isPublished: integer({ mode: 'boolean' }).notNull(),
  viewCount: integer().notNull(),
  rating: real().notNull(),
  language: text().notNull(),
  createdAt: time().notNull(),
  updatedAt: time().notNull(),
  authorId: text()
    .notNull()
    .references(() => author.id),
});

export const article = sqliteTable('article', articleColumns());

export const versionedArticle = sqliteTable('versioned_article', {
  ...articleColumns(),
  version: integer().notNull().default(1),
});

export const articleRelations = relations(article, ({ one }) => ({
  author: one(author, { fields: [article.authorId], references: [author.id] }),
}));
