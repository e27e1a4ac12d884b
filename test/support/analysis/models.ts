import {
  BaseEntity,
  ChildEntity,
  Column,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  type Relation,
} from 'typeorm';
import {
  Bool,
  Int,
  Model,
  OptimisticLock,
  RequiresForUpdate,
  RequiresRelations,
  Str64,
  Uuid,
  UuidTable,
} from 'nestjs-sqlmodel-ext';

/** Every kind of relation once, in models and in plain entities. */

@Model()
export class Country extends UuidTable(class {}) {
  @Str64() name: string;
}

/** An embedded object with a relation. */
export class Place {
  @Column({ default: '' }) street: string;
  @ManyToOne(() => Country, { nullable: true }) country: Relation<Country> | null;
}

@Model()
export class User extends UuidTable(class {}) {
  @Str64() name: string;
  @Column(() => Place) place: Place;
  @OneToMany(() => Article, (article) => article.author) articles: Relation<Article>[];
  @OneToOne(() => Profile, (profile) => profile.user) profile: Relation<Profile>;
}

@Model()
export class Profile extends UuidTable(class {}) {
  @Str64() motto: string;
  @Uuid() userId: string;
  @OneToOne(() => User, (user) => user.profile) @JoinColumn({ name: 'userId' }) user: Relation<User>;
}

/** Comes with every article: `eager`. */
@Model()
export class Section extends UuidTable(class {}) {
  @Str64() name: string;
  @ManyToOne(() => User) editor: Relation<User>;
}

@Model()
export class ArticleBase {
  @Str64() title: string;
  @Bool({ default: false }) isPublished: boolean;
  @Int({ default: 0 }) views: number;
}

@Model()
export class Article extends OptimisticLock(UuidTable(ArticleBase)) {
  @Uuid() authorId: string;
  @ManyToOne(() => User, (user) => user.articles) @JoinColumn({ name: 'authorId' }) author: Relation<User>;
  @Uuid({ nullable: true }) parentId: string | null;
  @ManyToOne(() => Article, (article) => article.children, { nullable: true })
  @JoinColumn({ name: 'parentId' })
  parent: Relation<Article> | null;
  @OneToMany(() => Article, (article) => article.parent) children: Relation<Article>[];
  @ManyToOne(() => Section, { eager: true, nullable: true }) section: Relation<Section>;
  @OneToMany(() => Comment, (comment) => comment.article) comments: Relation<Comment>[];
  @ManyToMany(() => Tag, (tag) => tag.articles) @JoinTable() tags: Relation<Tag>[];

  @RequiresRelations('author')
  async byline(): Promise<string> {
    return `${this.title} by ${this.author.name}`;
  }
}

@Model()
export class Comment extends UuidTable(class {}) {
  @Str64() text: string;
  @Uuid() articleId: string;
  @ManyToOne(() => Article, (article) => article.comments)
  @JoinColumn({ name: 'articleId' })
  article: Relation<Article>;
  @Uuid() authorId: string;
  @ManyToOne(() => User) @JoinColumn({ name: 'authorId' }) author: Relation<User>;
}

@Model()
export class Tag extends UuidTable(class {}) {
  @Str64() name: string;
  @ManyToMany(() => Article, (article) => article.tags) articles: Relation<Article>[];
}

/** Rows that are locked before they change. */
@Model()
export class Stock extends OptimisticLock(UuidTable(class {})) {
  @Int({ default: 0 }) amount: number;
  @Uuid() ownerId: string;
  @ManyToOne(() => User) @JoinColumn({ name: 'ownerId' }) owner: Relation<User>;

  @RequiresForUpdate()
  take(count: number): void {
    this.amount -= count;
  }

  @RequiresRelations('owner')
  async label(): Promise<string> {
    return `${this.amount} of ${this.owner.name}`;
  }
}

@Entity()
export class Customer {
  @PrimaryColumn() id: string;
  @Column() name: string;
  @OneToMany(() => Order, (order) => order.customer) orders: Relation<Order>[];
}

@Entity()
export class Product {
  @PrimaryColumn() id: string;
  @Column() name: string;
  @Column({ default: 1 }) price: number;
}

@Entity()
export class Order {
  @PrimaryColumn() id: string;
  @Column({ default: 1 }) number: number;
  @Column({ default: 'open' }) state: string;
  @Column() customerId: string;
  @ManyToOne(() => Customer, (customer) => customer.orders)
  @JoinColumn({ name: 'customerId' })
  customer: Relation<Customer>;
  @OneToMany(() => Item, (item) => item.order) items: Relation<Item>[];
}

@Entity()
export class Item {
  @PrimaryColumn() id: string;
  @Column({ default: 1 }) quantity: number;
  @Column() orderId: string;
  @ManyToOne(() => Order, (order) => order.items) @JoinColumn({ name: 'orderId' }) order: Relation<Order>;
  @Column() productId: string;
  @ManyToOne(() => Product) @JoinColumn({ name: 'productId' }) product: Relation<Product>;
}

/** A table for several classes. */
@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export class Animal {
  @PrimaryColumn() id: string;
  @Column() name: string;
  @ManyToOne(() => Customer) owner: Relation<Customer>;
}

@ChildEntity()
export class Dog extends Animal {
  @Column({ default: 'woof' }) bark: string;
  @ManyToOne(() => Customer, { nullable: true }) walker: Relation<Customer>;
}

@ChildEntity()
export class Cat extends Animal {
  @Column({ default: 9 }) lives: number;
}

@Entity()
@Tree('materialized-path')
export class Category {
  @PrimaryColumn() id: string;
  @Column() name: string;
  @TreeParent() parent: Relation<Category> | null;
  @TreeChildren() children: Relation<Category>[];
}

/** Its relation loads itself when it is awaited. */
@Entity()
export class Invoice {
  @PrimaryColumn() id: string;
  @ManyToOne(() => Order, { lazy: true }) order: Promise<Order>;
}

/** An active record. */
@Entity()
export class Note extends BaseEntity {
  @PrimaryColumn() id: string;
  @Column() text: string;
  @ManyToOne(() => Customer) writer: Relation<Customer>;
}

export const ENTITIES = [
  Country,
  User,
  Profile,
  Section,
  Article,
  Comment,
  Tag,
  Stock,
  Customer,
  Product,
  Order,
  Item,
  Animal,
  Dog,
  Cat,
  Category,
  Invoice,
  Note,
];
