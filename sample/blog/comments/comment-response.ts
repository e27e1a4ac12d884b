import { Model, Nested, Uuid, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { UserResponse } from '../users/user-response.js';
import { CommentBase } from './comment-base.js';

@Model()
export class CommentResponse extends UuidIdDatetimeInfo(CommentBase) {
  @Uuid({ nullable: true, description: 'The comment that this one answers' })
  parentId: string | null;

  @Nested(() => UserResponse)
  author: UserResponse;
}
