import { Model, Nested } from 'nestjs-sqlmodel-ext';
import { CommentResponse } from './comment-response.js';

/** A comment with everything that was said below it. */
@Model()
export class CommentThreadResponse extends CommentResponse {
  @Nested(() => [CommentThreadResponse], { description: 'Answers to this comment, oldest first' })
  answers: CommentThreadResponse[];
}
