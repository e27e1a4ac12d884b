import { Model, NonEmptyStrippedStr64, Text1K } from 'nestjs-sqlmodel-ext';

/** What everybody may know about a user. */
@Model()
export class UserBase {
  @NonEmptyStrippedStr64({ description: 'Name shown beside articles and comments' })
  name: string;

  @Text1K({ nullable: true, description: 'A few words about the user' })
  bio: string | null;
}
