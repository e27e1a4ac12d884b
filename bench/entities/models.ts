import {
  Bool,
  Email,
  Float,
  Model,
  NonEmptyStrippedStr64,
  NonNegativeInt,
  OptimisticLock,
  Str,
  Str128,
  Text2K,
  Uuid,
  UuidTable,
} from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';

// The tables of plain.ts, declared with this module.

@Model()
export class AuthorBase {
  @NonEmptyStrippedStr64() name: string;
  @Email() email: string;
}

@Model()
export class Author extends UuidTable(AuthorBase) {}

@Model()
export class ArticleBase {
  @NonEmptyStrippedStr64() title: string;
  @Str128() slug: string;
  @Text2K() body: string;
  @Bool() isPublished: boolean;
  @NonNegativeInt() viewCount: number;
  @Float() rating: number;
  @Str(16) language: string;
}

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
