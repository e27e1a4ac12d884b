import {
  Bool,
  Email,
  Float,
  Model,
  NonEmptyStrippedStr64,
  NonNegativeInt,
  Str,
  Str128,
  Text2K,
} from 'nestjs-sqlmodel-ext';

// What the tables of models.ts and of cached-models.ts have in common.

@Model()
export class AuthorBase {
  @NonEmptyStrippedStr64() name: string;
  @Email() email: string;
}

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
