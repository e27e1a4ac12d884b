import { Model, OptimisticLock, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';
import { ArticleBase, AuthorBase } from './model-bases.js';

// The tables of plain.ts, declared with this module.

@Model()
export class Author extends UuidTable(AuthorBase) {}

@Model({ indexes: [{ columns: ['isPublished', 'createdAt', 'id'] }] })
export class Article extends UuidTable(ArticleBase) {
  @Uuid({ index: true }) authorId: string;
  @ManyToOne(() => Author, { onDelete: 'CASCADE' }) author: Relation<Author>;
}

@Model()
export class VersionedArticle extends OptimisticLock(UuidTable(ArticleBase)) {
  @Uuid({ index: true }) authorId: string;
  @ManyToOne(() => Author, { onDelete: 'CASCADE' }) author: Relation<Author>;
}
