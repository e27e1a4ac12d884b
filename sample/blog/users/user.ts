import { Email, Model, Str255, UuidTable } from 'nestjs-sqlmodel-ext';
import { OneToMany, type Relation } from 'typeorm';
import { Article } from '../articles/article.js';
import { UserBase } from './user-base.js';

@Model({ cacheTtl: 600 })
export class User extends UuidTable(UserBase) {
  @Email({ unique: true })
  email: string;

  /** Left out of every query that does not name it. */
  @Str255({ select: false })
  passwordHash: string;

  @OneToMany(() => Article, (article) => article.author)
  articles: Relation<Article>[];
}
