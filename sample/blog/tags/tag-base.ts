import { Model, NonEmptyStrippedStr64 } from 'nestjs-sqlmodel-ext';

@Model()
export class TagBase {
  @NonEmptyStrippedStr64({ unique: true, description: 'Name of the tag, kept in lower case' })
  name: string;
}
