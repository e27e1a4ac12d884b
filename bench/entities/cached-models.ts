import { Model, OptimisticLock, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';
import { ArticleBase, AuthorBase } from './model-bases.js';

// The tables of models.ts, cached.

const cacheTtl = 600; // seconds

@Model({ cacheTtl })
export class Author extends UuidTable(AuthorBase) {}

@Model({ cacheTtl, indexes: [{ columns: ['isPublished', 'createdAt', 'id'] }] })
export class Article extends UuidTable(ArticleBase) {
  @Uuid({ index: true }) authorId: string;
  @ManyToOne(() => Author, { onDelete: 'CASCADE' }) author: Relation<Author>;
}

/** Is there so that all tables are. */
@Model()
export class VersionedArticle extends OptimisticLock(UuidTable(ArticleBase)) {
  @Uuid({ index: true }) authorId: string;
  @ManyToOne(() => Author, { onDelete: 'CASCADE' }) author: Relation<Author>;
}
