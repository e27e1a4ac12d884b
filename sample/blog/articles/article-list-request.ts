import { Bool, Model, Str64, TableViewRequest, Uuid } from 'nestjs-sqlmodel-ext';

/** Pages, order and time ranges come from `TableViewRequest`; these are the blog's own filters. */
@Model()
export class ArticleListRequest extends TableViewRequest {
  @Bool({ nullable: true, description: 'Only published articles, or only drafts' })
  isPublished?: boolean | null;

  @Uuid({ nullable: true, description: 'Only articles of this user' })
  authorId?: string | null;

  @Str64({ nullable: true, description: 'Only articles with this tag' })
  tag?: string | null;
}
