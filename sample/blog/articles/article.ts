import { DateTime, Model, RequiresRelations, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { JoinTable, ManyToMany, ManyToOne, OneToMany, type Relation } from 'typeorm';
import { Comment } from '../comments/comment.js';
import { Tag } from '../tags/tag.js';
import { User } from '../users/user.js';
import { ArticleBase } from './article-base.js';

@Model({ cacheTtl: 600 })
export class Article extends UuidTable(ArticleBase) {
  @DateTime({ nullable: true })
  publishedAt: Date | null;

  @Uuid({ index: true })
  authorId: string;

  /** RESTRICT: an author with articles cannot be deleted. */
  @ManyToOne(() => User, (user) => user.articles, { onDelete: 'RESTRICT' })
  author: Relation<User>;

  @OneToMany(() => Comment, (comment) => comment.article)
  comments: Relation<Comment>[];

  @ManyToMany(() => Tag, (tag) => tag.articles)
  @JoinTable({ name: 'article_tags' })
  tags: Relation<Tag>[];

  /** Whoever calls it need not know that it uses the author: it is loaded when it is missing. */
  @RequiresRelations('author')
  async citation(): Promise<string> {
    return `${this.author.name}, “${this.title}”`;
  }
}
