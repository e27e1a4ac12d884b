import { Model, Text2K } from 'nestjs-sqlmodel-ext';

@Model()
export class CommentBase {
  @Text2K({ description: 'What the user has to say' })
  body: string;
}
