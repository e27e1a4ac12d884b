import { Model, Uuid } from 'nestjs-sqlmodel-ext';
import { CommentBase } from './comment-base.js';

@Model()
export class CommentCreate extends CommentBase {
  @Uuid({ description: 'Id of the user who comments' })
  authorId: string;

  @Uuid({ nullable: true, description: 'The comment that this one answers, on the same article' })
  parentId: string | null;
}
