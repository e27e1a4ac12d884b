import { Bool, Model, NonEmptyStrippedStr64, Text10K, Text1K } from 'nestjs-sqlmodel-ext';

/** The fields that an author writes: columns of the table, and fields of every data class below. */
@Model()
export class ArticleBase {
  @NonEmptyStrippedStr64({ description: 'Headline' })
  title: string;

  @Text1K({ nullable: true, description: 'What the article is about, for lists' })
  summary: string | null;

  @Text10K({ description: 'The article itself' })
  body: string;

  @Bool({ default: false, description: 'Whether readers can see it' })
  isPublished: boolean;
}
