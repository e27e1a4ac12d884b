import { DateTime, Model, Nested, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { TagResponse } from '../tags/tag-response.js';
import { UserResponse } from '../users/user-response.js';
import { ArticleBase } from './article-base.js';

/** Shows two relations: `@ResponseModel` loads those that the handler has not loaded. */
@Model()
export class ArticleResponse extends UuidIdDatetimeInfo(ArticleBase) {
  @DateTime({ nullable: true, description: 'When readers first could see it' })
  publishedAt: Date | null;

  @Nested(() => UserResponse)
  author: UserResponse;

  @Nested(() => [TagResponse])
  tags: TagResponse[];
}
