import { Model, Text1K } from 'nestjs-sqlmodel-ext';

@Model()
export class ArticleCitation {
  @Text1K({ description: 'How to refer to the article' })
  citation: string;
}
