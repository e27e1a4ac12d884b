import { Entity, ManyToMany, ManyToOne, PrimaryGeneratedColumn, type DataSource, type Relation } from 'typeorm';
import { isLoaded, Model, ModelRepository, Str64, UuidTableBase } from 'nestjs-sqlmodel-ext';

// Classes of an existing application have no mark that the compiler could see: their relations are neither refused nor
// demanded, but they can be loaded.

@Entity()
class Legacy {
  @PrimaryGeneratedColumn() id: number;
}

@Model()
class Post extends UuidTableBase {
  @Str64() title: string;
  @ManyToOne(() => Legacy) legacy: Relation<Legacy> | null;
  @ManyToMany(() => Legacy) others: Relation<Legacy>[];
}

declare const dataSource: DataSource;
const posts = new ModelRepository(Post, dataSource);

const post = await posts.getExistOne('1', { load: ['legacy', 'others'] });
post.legacy?.id satisfies number | undefined;
post.others.map(({ id }) => id) satisfies number[];
if (isLoaded(post, 'legacy')) post.legacy?.id satisfies number | undefined;
// @ts-expect-error a column is not a relation
void posts.get({}, { load: ['title'] });
// @ts-expect-error no such relation
void posts.get({}, { load: ['lagacy'] });
