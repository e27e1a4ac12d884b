import { applyDecorators } from '@nestjs/common';
import { ManyToOne, OneToMany, type DataSource, type Relation } from 'typeorm';
import {
  Model,
  ModelRepository,
  RequiresRelations,
  Str64,
  UuidTable,
  UuidTableBase,
  type Loaded,
  type Needs,
} from 'nestjs-sqlmodel-ext';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(proof: Equal<A, B>): void;

@Model()
class User extends UuidTableBase {
  @Str64() name: string;
  @OneToMany(() => Article, (article) => article.author) articles: Relation<Article>[];
}

@Model()
class ArticleBase {
  @Str64() title: string;
}

const authored = RequiresRelations('author');
const Documented = () => applyDecorators(RequiresRelations('author'), RequiresRelations('comments.author'));

@Model()
class Article extends UuidTable(ArticleBase) {
  @ManyToOne(() => User, (user) => user.articles) author: Relation<User>;
  @ManyToOne(() => User, { nullable: true }) editor: Relation<User> | null;
  @OneToMany(() => Comment, (comment) => comment.article) comments: Relation<Comment>[];
  #secret = 1;

  // The result is not declared: it follows from relations.
  @RequiresRelations('author')
  async byline() {
    return `by ${this.author.name}`;
  }

  @RequiresRelations('author.articles', 'comments.author')
  async *names() {
    const given: number = yield this.author.name;
    for (const comment of this.comments) yield comment.author.name;
    return given + this.#secret;
  }

  @RequiresRelations('editor')
  edited(): Promise<string | undefined> {
    return Promise.resolve(this.editor?.name);
  }

  /** Asks the repository for what its own methods need. */
  @RequiresRelations('author')
  async own() {
    const again = await articles.preloadFor(this as Article, 'byline');
    return again.author.name;
  }

  @RequiresRelations('author')
  private async hidden() {
    return this.author.name;
  }

  @RequiresRelations('author', { argument: 0 })
  async isBySameAuthorAs(other: Article) {
    return other.author === this.author && (await this.hidden()) === '';
  }

  @authored
  async stored() {
    return this.author.name;
  }

  @Documented()
  async composed() {
    return this.comments.length;
  }

  // @ts-expect-error Did you mean 'author'?
  @RequiresRelations('auhtor')
  async misspelt() {}

  // @ts-expect-error a column is not a relation
  @RequiresRelations('title')
  async column() {}

  // @ts-expect-error the author has no such relation
  @RequiresRelations('author', 'author.comments')
  async deep() {}

  // @ts-expect-error a path is a text
  @RequiresRelations(['author'])
  async list() {}

  // @ts-expect-error what for?
  @RequiresRelations()
  async nothing() {}

  // @ts-expect-error no such option
  @RequiresRelations('author', { index: 0 })
  async option() {}

  // @ts-expect-error a method that waits gives a promise
  @RequiresRelations('author')
  synchronous() {
    return this.author.name;
  }

  // @ts-expect-error a generator cannot wait
  @RequiresRelations('author')
  *generator() {
    yield this.author.name;
  }

  // @ts-expect-error a getter cannot wait
  @RequiresRelations('author')
  get property() {
    return Promise.resolve(this.author.name);
  }

  // @ts-expect-error only methods
  @RequiresRelations('author')
  arrow = async () => this.author.name;

  // @ts-expect-error a static method has no entity
  @RequiresRelations('author')
  static async find() {}
}

@Model()
class Comment extends UuidTableBase {
  @ManyToOne(() => User) author: Relation<User>;
  @ManyToOne(() => Article) article: Relation<Article>;
}

declare const dataSource: DataSource;
const articles = new ModelRepository(Article, dataSource);

/** A method that loads for its callers: whoever calls it needs nothing, whoever writes it has it. */
class Service {
  notify(article: Article): Promise<void>;
  @RequiresRelations('author')
  async notify(article: Needs<Article, 'author'>): Promise<void> {
    article.author.name.trim();
  }

  @RequiresRelations('author')
  async needs(article: Needs<Article, 'author'>) {
    return article.author.name;
  }

  @RequiresRelations('editor')
  async loaded(article: Loaded<Article, 'author'>) {
    return article.author.name;
  }

  @RequiresRelations('author', 'comments.author')
  async plain(id: string, article: Article | null, user?: User) {
    return [id, article?.author.name, user];
  }

  @RequiresRelations('articles', { argument: 1 })
  async oneOfTwo(article: Article, user: User) {
    return [article, user.articles];
  }

  @RequiresRelations('author')
  async *many(list: readonly Article[]) {
    for (const { author } of list) yield author.name;
  }

  @RequiresRelations('author')
  async lists(list: readonly Needs<Article, 'author'>[], ...rest: Article[]) {
    return [...list, ...rest].map(({ author }) => author.name);
  }

  @RequiresRelations('author')
  async generic<Kind extends Article>(article: Kind) {
    return article.author.name;
  }

  // What no type of a model says is checked at start-up.
  @RequiresRelations('anything', { model: Article })
  async unknown(something: object) {
    return something;
  }

  // @ts-expect-error Did you mean 'author'?
  @RequiresRelations('auhtor')
  async misspelt(article: Article) {
    return article;
  }

  // @ts-expect-error the list is of articles
  @RequiresRelations('articles')
  async misspeltList(list: readonly Article[]) {
    return list;
  }

  // @ts-expect-error also behind Needs
  @RequiresRelations('auhtor')
  async misspeltNeeds(article: Needs<Article, 'author'>) {
    return article;
  }

  // @ts-expect-error a method that waits gives a promise
  @RequiresRelations('author')
  synchronous(article: Article) {
    return article.author.name;
  }
}

declare const service: Service;
declare const article: Article;
void service.notify(article);
void article.byline().then((text) => text.trim());
same<ReturnType<Article['names']>, AsyncGenerator<string, number, number>>(true);

// What a method needs, by name; names are checked where something is loaded for them.
articles.relationsFor('byline', 'whatever').includes('author');
const preloadOne = () => articles.preloadFor(article, 'byline', 'edited');
same<Awaited<ReturnType<typeof preloadOne>>, Article>(true);
const preloadMany = () => articles.preloadFor([article], 'byline');
same<Awaited<ReturnType<typeof preloadMany>>, Article[]>(true);
async function keepsItsType(): Promise<string> {
  const read = await articles.getExistOne('id', { load: ['author'] });
  return (await articles.preloadFor(read, 'edited')).author.name;
}
void keepsItsType;
// @ts-expect-error no such method
void articles.preloadFor(article, 'bylin');
// @ts-expect-error a column is not a method
void articles.preloadFor(article, 'title');
// @ts-expect-error a relation is not a method
void articles.preloadFor(article, 'author');
