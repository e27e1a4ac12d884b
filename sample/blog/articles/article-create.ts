import { ListOf, Model, NonEmptyStrippedStr64, Uuid } from 'nestjs-sqlmodel-ext';
import { ArticleBase } from './article-base.js';

@Model()
export class ArticleCreate extends ArticleBase {
  @Uuid({ description: 'Id of the user who writes it' })
  authorId: string;

  @ListOf(NonEmptyStrippedStr64, { max: 10, default: () => [], description: 'Names of tags; new ones are made' })
  tags: string[];
}
