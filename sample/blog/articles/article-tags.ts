import { ListOf, Model, NonEmptyStrippedStr64 } from 'nestjs-sqlmodel-ext';

@Model()
export class ArticleTags {
  @ListOf(NonEmptyStrippedStr64, { max: 10, description: 'Names of all tags of the article; new ones are made' })
  tags: string[];
}
