import { Model, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToOne, OneToMany, type Relation } from 'typeorm';
import { Article } from '../articles/article.js';
import { User } from '../users/user.js';
import { CommentBase } from './comment-base.js';

/** Comments form trees: a comment answers its parent, one without a parent answers the article. */
@Model({ cacheTtl: 600 })
export class Comment extends UuidTable(CommentBase) {
  @Uuid({ index: true })
  articleId: string;

  @ManyToOne(() => Article, (article) => article.comments, { onDelete: 'CASCADE' })
  article: Relation<Article>;

  @Uuid({ index: true })
  authorId: string;

  @ManyToOne(() => User, { onDelete: 'RESTRICT' })
  author: Relation<User>;

  @Uuid({ nullable: true, index: true })
  parentId: string | null;

  @ManyToOne(() => Comment, (comment) => comment.answers, { onDelete: 'CASCADE' })
  parent: Relation<Comment> | null;

  @OneToMany(() => Comment, (comment) => comment.parent)
  answers: Relation<Comment>[];
}
