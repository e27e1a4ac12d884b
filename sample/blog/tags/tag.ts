import { Model, Table } from 'nestjs-sqlmodel-ext';
import { ManyToMany, type Relation } from 'typeorm';
import { Article } from '../articles/article.js';
import { TagBase } from './tag-base.js';

/** `Table` counts its ids: 1, 2, 3. `UuidTable` makes them up. */
@Model({ cacheTtl: 600 })
export class Tag extends Table(TagBase) {
  @ManyToMany(() => Article, (article) => article.tags)
  articles: Relation<Article>[];
}
