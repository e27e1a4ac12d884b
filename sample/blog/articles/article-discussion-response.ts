import { Model, Nested } from 'nestjs-sqlmodel-ext';
import { CommentResponse } from '../comments/comment-response.js';
import { ArticleResponse } from './article-response.js';

/** Shows relations of relations: the comments, and the author of each. They are loaded by one query for each level. */
@Model()
export class ArticleDiscussionResponse extends ArticleResponse {
  @Nested(() => [CommentResponse], { description: 'What was said about the article, oldest first' })
  comments: CommentResponse[];
}
