import { Column, JoinTable, ManyToMany, ManyToOne, OneToMany, OneToOne, type DataSource, type Relation } from 'typeorm';
import {
  isLoaded,
  Model,
  ModelRepository,
  RequiresRelations,
  Str64,
  UuidTable,
  UuidTableBase,
  type ListResponse,
  type Loaded,
  type Needs,
  type RelationPath,
} from 'nestjs-sqlmodel-ext';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(proof: Equal<A, B>): void;
declare function is<Type>(value: Type): void;

@Model()
class Country extends UuidTableBase {
  @Str64() name: string;
}

@Model()
class City extends UuidTableBase {
  @Str64() name: string;
  @ManyToOne(() => Country) country: Relation<Country>;
}

class Address {
  @Column() street: string;
  @ManyToOne(() => City, { nullable: true }) city: Relation<City> | null;
}

class Origin {
  @Column(() => Address) address: Address;
}

@Model()
class Profile extends UuidTableBase {
  @Str64() bio: string;
  @ManyToOne(() => Country, { nullable: true }) country: Relation<Country> | null;
}

@Model()
class User extends UuidTableBase {
  @Str64() name: string;
  @OneToOne(() => Profile, { nullable: true }) profile: Relation<Profile> | null;
  @OneToMany(() => Article, (article) => article.author) articles: Relation<Article>[];
}

@Model()
class ArticleBase {
  @Str64() title: string;
}

@Model()
class Article extends UuidTable(ArticleBase) {
  @Column({ type: 'simple-array' }) keywords: string[];
  @Column({ type: 'simple-json' }) settings: { readonly layout: string };
  @Column() printedAt: Date | null;
  @ManyToOne(() => User, (user) => user.articles) author: Relation<User>;
  @ManyToOne(() => User, { nullable: true }) editor: Relation<User> | null;
  @ManyToOne(() => User, { nullable: true }) reviewer?: Relation<User>;
  @OneToMany(() => Comment, (comment) => comment.article) comments: Relation<Comment>[];
  @ManyToMany(() => Tag) @JoinTable() readonly tags: readonly Relation<Tag>[];
  @ManyToOne(() => User, { nullable: true, lazy: true }) mentor: Promise<User | null>;
  @OneToMany(() => Comment, (comment) => comment.article, { lazy: true }) notes: Promise<Comment[]>;
  @Column(() => Address) place: Address;
  @Column(() => Origin) origin: Origin;
  private draft = 'draft';
  protected revision = 1;
  #secret = 1;

  get heading(): string {
    return this.title + this.draft + this.revision + this.#secret;
  }

  rename(title: string): this {
    this.title = title;
    return this;
  }

  @RequiresRelations('author')
  async byline() {
    return `by ${this.author.name}`;
  }

  /** `this` is a type parameter: nothing is known of it, every name is taken. */
  signature(): string {
    return isLoaded(this, 'author') ? this.author.name : this.title;
  }

  is(other: Article): boolean {
    return this === other || this.#secret === other.#secret;
  }

  static secretOf(article: Article): number {
    return article.#secret + article.revision;
  }
}

@Model()
class Comment extends UuidTableBase {
  @Str64() text: string;
  @ManyToOne(() => User) author: Relation<User>;
  @ManyToOne(() => Article, (article) => article.comments) article: Relation<Article>;
  @ManyToOne(() => Comment, (comment) => comment.answers, { nullable: true }) parent: Relation<Comment> | null;
  @OneToMany(() => Comment, (comment) => comment.parent) answers: Relation<Comment>[];
}

@Model()
class Tag extends UuidTableBase {
  @Str64() label: string;
}

/** Plain TypeORM, without a table base: nothing is known of such relations. */
class Plain {
  id: number;
}

abstract class Owned extends UuidTableBase {
  @ManyToOne(() => User) owner: Relation<User>;
  abstract describe(): string;
  protected abstract readonly kind: string;
}

@Model()
class Picture extends Owned {
  protected readonly kind = 'picture';
  @OneToMany(() => Comment, (comment) => comment.article) remarks: Relation<Comment>[];
  plain: Plain;
  describe(): string {
    return this.kind;
  }
}

function Signed<Base extends abstract new (...values: any[]) => UuidTableBase>(base: Base) {
  abstract class SignedMixin extends base {
    signer: Relation<User>;
    sign(): string {
      return this.id;
    }
  }
  return SignedMixin;
}

@Model()
class Contract extends Signed(UuidTableBase) {
  @Str64() text: string;
  @OneToMany(() => Comment, (comment) => comment.article) remarks: Relation<Comment>[];
}

@Model()
class News extends Article {
  @ManyToOne(() => City) city: Relation<City>;
}

declare const dataSource: DataSource;
const articles = new ModelRepository(Article, dataSource);
const users = new ModelRepository(User, dataSource);
const pictures = new ModelRepository(Picture, dataSource);
const contracts = new ModelRepository(Contract, dataSource);

// ---- What every reading method gives

const first = () => articles.get({ title: 'x' });
const firstWith = () => articles.get({ title: 'x' }, { load: ['author'] });
const one = () => articles.get({ title: 'x' }, { fetch: 'one' });
const oneWith = () => articles.get({ title: 'x' }, { fetch: 'one', load: ['author', 'comments.author'] });
const all = () => articles.get({ title: 'x' }, { fetch: 'all' });
const allWith = () => articles.get({ title: 'x' }, { fetch: 'all', load: ['author'] });
const byId = () => articles.getOne('id');
const byIdWith = () => articles.getOne('id', { load: ['author'], withDeleted: true });
const existing = () => articles.getExistOne('id', { detail: 'Gone' });
const existingWith = () => articles.getExistOne('id', { load: ['author.profile'], detail: 'Gone' });
const page = () => articles.getWithCount({ title: 'x' });
const pageWith = () => articles.getWithCount({ title: 'x' }, { load: ['author'], limit: 10 });
const rows = () => articles.stream();
const rowsWith = () => articles.stream({ title: 'x' }, { load: ['author'], batchSize: 10 });
const emptyList = () => articles.getOne('id', { load: [] });
same<Awaited<ReturnType<typeof first>>, Loaded<Article> | null>(true);
same<Awaited<ReturnType<typeof firstWith>>, Loaded<Article, 'author'> | null>(true);
same<Awaited<ReturnType<typeof one>>, Loaded<Article>>(true);
same<Awaited<ReturnType<typeof oneWith>>, Loaded<Article, 'author' | 'comments.author'>>(true);
same<Awaited<ReturnType<typeof all>>, Loaded<Article>[]>(true);
same<Awaited<ReturnType<typeof allWith>>, Loaded<Article, 'author'>[]>(true);
same<Awaited<ReturnType<typeof byId>>, Loaded<Article> | null>(true);
same<Awaited<ReturnType<typeof byIdWith>>, Loaded<Article, 'author'> | null>(true);
same<Awaited<ReturnType<typeof existing>>, Loaded<Article>>(true);
same<Awaited<ReturnType<typeof existingWith>>, Loaded<Article, 'author.profile'>>(true);
same<Awaited<ReturnType<typeof page>>, ListResponse<Loaded<Article>>>(true);
same<Awaited<ReturnType<typeof pageWith>>, ListResponse<Loaded<Article, 'author'>>>(true);
same<ReturnType<typeof rows>, AsyncGenerator<Loaded<Article>, void, undefined>>(true);
same<ReturnType<typeof rowsWith>, AsyncGenerator<Loaded<Article, 'author'>, void, undefined>>(true);
same<Awaited<ReturnType<typeof emptyList>>, Loaded<Article> | null>(true);

// What was just made is the model itself: its relations are what it was given.
const added = () => articles.add({ title: 'x' });
same<Awaited<ReturnType<typeof added>>, Article>(true);

// ---- Lists of paths

const SHOWN = ['author', 'comments'] as const;
const constant = () => articles.getOne('id', { load: SHOWN });
same<Awaited<ReturnType<typeof constant>>, Loaded<Article, 'author' | 'comments'> | null>(true);
const constantAndMore = () => articles.getOne('id', { load: [...SHOWN, 'editor'] });
same<Awaited<ReturnType<typeof constantAndMore>>, Loaded<Article, 'author' | 'comments' | 'editor'> | null>(true);
const checked = ['author', 'comments'] as const satisfies readonly RelationPath<Article>[];
const satisfied = () => articles.getOne('id', { load: checked });
same<Awaited<ReturnType<typeof satisfied>>, Loaded<Article, 'author' | 'comments'> | null>(true);

// Of a list that is only known at run time nothing is claimed, and nothing is forbidden.
declare const someList: readonly RelationPath<Article>[];
declare const narrowList: ('author' | 'comments')[];
declare const detailed: boolean;
const unknownList = () => articles.getOne('id', { load: someList });
same<Awaited<ReturnType<typeof unknownList>>, Article | null>(true);
const unknownPage = () => articles.getWithCount({}, { load: narrowList });
same<Awaited<ReturnType<typeof unknownPage>>, ListResponse<Article>>(true);
const maybe = () => articles.getOne('id', { load: detailed ? ['author'] : [] });
same<Awaited<ReturnType<typeof maybe>>, Article | null>(true);
const certain = () => articles.getOne('id', { load: detailed ? ['author', 'comments'] : ['author'] });
same<Awaited<ReturnType<typeof certain>>, Needs<Article, 'author'> | null>(true);
const certainAndMore = () => articles.getOne('id', { load: ['author', ...someList] });
same<Awaited<ReturnType<typeof certainAndMore>>, Needs<Article, 'author'> | null>(true);
declare const words: string[];
// @ts-expect-error any texts are not paths
void articles.getOne('id', { load: words });
// @ts-expect-error a constant is checked as well
void articles.getOne('id', { load: ['auhtor'] as const });
// @ts-expect-error one path is not a list
void articles.getOne('id', { load: 'author' });

// ---- Using what is loaded and what is not

declare const user: User;
declare const bare: Loaded<Article>;
declare const withAuthor: Loaded<Article, 'author'>;
declare const withProfile: Loaded<Article, 'author.profile'>;
declare const withComments: Loaded<Article, 'comments'>;
declare const withAnswers: Loaded<Article, 'comments.answers.author'>;
declare const withAll: Loaded<
  Article,
  'author' | 'editor' | 'reviewer' | 'comments' | 'tags' | 'mentor' | 'notes' | 'place.city' | 'origin.address.city'
>;

// Everything that is no relation is as it was.
same<(typeof bare)['title'], string>(true);
same<(typeof bare)['id'], string>(true);
same<(typeof bare)['createdAt'], Date>(true);
same<(typeof bare)['printedAt'], Date | null>(true);
same<(typeof bare)['keywords'], string[]>(true);
same<(typeof bare)['settings'], { readonly layout: string }>(true);
same<Article['rename'], (title: string) => Article>(true);
bare.title = 'other';
bare.rename('other').title.trim();
bare.heading.trim();
void bare.byline().then((text) => text.trim());
bare.signature().trim();
bare.is(withAuthor);
Article.secretOf(bare).toFixed();
bare instanceof Article;
// @ts-expect-error private members stay private
bare.draft;
// @ts-expect-error protected members stay protected
bare.revision;
// @ts-expect-error there is no such property
bare.autor;

// To-one.
withAuthor.author.name.trim();
same<(typeof withAuthor)['author']['name'], string>(true);
// @ts-expect-error not loaded
bare.author.name;
// @ts-expect-error not loaded
bare.author?.name;
const { author: unloadedAuthor } = bare;
// @ts-expect-error not loaded, under any name
unloadedAuthor.name;
// @ts-expect-error another one is
withAuthor.comments.length;
// @ts-expect-error not loaded, however many others are
withAll.author.profile?.bio;

// Nullable to-one, and optional.
withAll.editor?.name.trim();
withAll.reviewer?.name.trim();
same<null extends (typeof withAll)['editor'] ? true : false, true>(true);
// @ts-expect-error it can be null
withAll.editor.name;
// @ts-expect-error it can be undefined
withAll.reviewer.name;
// @ts-expect-error not loaded
bare.editor?.name;
// @ts-expect-error not loaded
bare.reviewer?.name;
// @ts-expect-error not loaded
bare.editor?.articles.length;
// @ts-expect-error not loaded
if (bare.editor) bare.editor.name;
// @ts-expect-error not loaded
if (bare.editor !== null) bare.editor.name;

// To-many.
withComments.comments.length.toFixed();
withComments.comments[0].text.trim();
withComments.comments.at(-1)?.text.trim();
withComments.comments.map((comment) => comment.text).join();
withComments.comments.filter(({ text }) => text).map(({ text }) => text);
withComments.comments.find(({ text }) => text === '')?.text.trim();
withComments.comments.reduce((sum, { text }) => sum + text.length, 0).toFixed();
withComments.comments.toSorted((a, b) => a.text.localeCompare(b.text))[0].text.trim();
withComments.comments.flatMap(({ text }) => [text]).join();
for (const comment of withComments.comments) comment.text.trim();
for (const [index, { text }] of withComments.comments.entries()) text.at(index);
const [firstComment, ...otherComments] = withComments.comments;
firstComment.text.trim();
otherComments[0].text.trim();
[...withComments.comments].pop()?.text.trim();
withComments.comments.forEach(({ text }) => text.trim());
// @ts-expect-error not loaded
bare.comments.length;
// @ts-expect-error not loaded
bare.comments[0].text;
// @ts-expect-error not loaded
bare.comments[0]?.author.name;
// @ts-expect-error not loaded
bare.comments.map(() => 1);
// @ts-expect-error not loaded
for (const comment of bare.comments) is(comment);
// @ts-expect-error not loaded
export const [unloadedComment] = bare.comments;
const { comments: unloadedComments } = bare;
// @ts-expect-error not loaded
unloadedComments.length;
// @ts-expect-error not loaded
bare.tags.length;
withAll.tags.map(({ label }) => label).join();
// @ts-expect-error a list that is readonly stays so
withAll.tags.push(withAll.tags[0]);

// What is below a loaded relation is not loaded, unless a path says so: also inside of callbacks.
// @ts-expect-error not loaded
withAuthor.author.profile?.bio;
// @ts-expect-error not loaded
withAuthor.author.articles.length;
// @ts-expect-error not loaded
withComments.comments[0].author.name;
// @ts-expect-error not loaded
withComments.comments.map((comment) => comment.author.name);
// @ts-expect-error not loaded
withComments.comments.map(({ author }) => author.name);
// @ts-expect-error not loaded
for (const comment of withComments.comments) comment.author.name;
// @ts-expect-error not loaded
firstComment.author.name;
// @ts-expect-error not loaded
withComments.comments.find((comment) => comment.author.name);
// @ts-expect-error not loaded
withComments.comments.at(0)?.author.name;
// @ts-expect-error not loaded
withAll.tags.at(0)?.nothing;
withProfile.author.name.trim();
withProfile.author.profile?.bio.trim();
// @ts-expect-error not loaded
withProfile.author.profile?.country?.name;
// @ts-expect-error it can be null
withProfile.author.profile.bio;
for (const { answers } of withAnswers.comments) {
  for (const { text, author } of answers) author.name.concat(text);
}
withAnswers.comments.flatMap(({ answers }) => answers).map(({ author }) => author.name);
// @ts-expect-error the author of the answers is, not that of the comments
withAnswers.comments[0].author.name;
// @ts-expect-error not loaded
withAnswers.comments[0].answers[0].author.profile?.bio;
// @ts-expect-error not loaded
withAnswers.comments[0].answers[0].answers.length;

// A lazy relation loads itself, so it is never closed; what `load` gave is.
export const lazy = async () => {
  (await bare.mentor)?.name.trim();
  (await bare.notes)[0].text.trim();
  (await withAll.mentor)?.name.trim();
  (await withAll.notes).map(({ text }) => text);
  // @ts-expect-error not loaded
  (await withAll.mentor)?.profile?.bio;
  // @ts-expect-error not loaded
  (await withAll.notes)[0].author.name;
};

// Embedded objects: their columns are there, their relations are guarded.
bare.place.street.trim();
bare.origin.address.street.trim();
// @ts-expect-error not loaded
bare.place.city?.name;
// @ts-expect-error not loaded
bare.origin.address.city?.name;
withAll.place.city?.name.trim();
withAll.origin.address.city?.name.trim();
// @ts-expect-error not loaded
withAll.place.city?.country.name;

// Holes that are left to the running program: what is not loaded and is passed on as a whole.
is<User>(bare.author);
is<User>(bare.author ?? user);
is<readonly Comment[]>([...bare.comments]);
is<string>(bare['author']['name']);
const { name: unloadedName } = bare.author;
is<string>(unloadedName);
export const nestedPattern = ({ author: { name } }: Loaded<Article>) => name;

// To assign a relation that is not loaded, take the entity as its model.
// @ts-expect-error what is not loaded is not written by accident
bare.author = user;
const writable: Article = bare;
writable.author = user;

// ---- Where a result fits

declare function takesArticle(article: Article): void;
declare function takesArticles(list: readonly Article[]): void;
declare function takesMutable(list: Article[]): void;
declare function takesAny<Kind extends Article>(article: Kind): Kind;
declare function takesBase(article: ArticleBase | UuidTableBase): void;
takesArticle(bare);
takesArticle(withAll);
takesArticles([bare, withAuthor]);
takesMutable([bare]);
takesBase(bare);
takesAny(withAuthor).author.name.trim();
is<Article | null>(bare);
is<Promise<Article | null>>(Promise.resolve(bare));
is<ReadonlyMap<string, Article>>(new Map([['x', bare]]));
is<ListResponse<Article>>({} as ListResponse<Loaded<Article, 'author'>>);
is<AsyncIterable<Article>>(articles.stream());
is<(article: Loaded<Article>) => void>(takesArticle);
is<Partial<Article>>(bare);
is<Pick<Article, 'id' | 'title'>>(bare);
is<{ title: string }>(bare);
is<object>(bare);
// @ts-expect-error an article is not a user
is<User>(bare);
// @ts-expect-error an article is not a user with its articles
is<Loaded<User>>(bare);

// A result is exactly what was loaded: neither less nor more takes its place, nor does the model.
is<Loaded<Article, 'author'>>(withAuthor);
is<Loaded<Article, 'author'>>({} as Loaded<Article, 'author'>);
// @ts-expect-error less is loaded
is<Loaded<Article, 'author'>>(bare);
// @ts-expect-error less is loaded
is<Loaded<Article, 'author.profile'>>(withAuthor);
// @ts-expect-error something else is loaded
is<Loaded<Article, 'author'>>(withComments);
// @ts-expect-error the model says nothing
is<Loaded<Article>>({} as Article);
// @ts-expect-error more can be loaded
is<Loaded<Article, 'author'>>({} as Needs<Article, 'author'>);

// `Needs` takes everything with at least that.
declare function needsAuthor(article: Needs<Article, 'author'>): string;
declare function needsProfile(article: Needs<Article, 'author.profile'>): void;
declare function needsTwo(article: Needs<Article, 'author' | 'comments.author'>): void;
declare function needMany(list: readonly Needs<Article, 'comments'>[]): void;
declare const twoAndMore: Loaded<Article, 'author' | 'comments.author' | 'editor'>;
needsAuthor(withAuthor);
needsAuthor(withProfile);
needsAuthor(withAll);
needsAuthor(twoAndMore);
needsAuthor({} as Needs<Article, 'author' | 'comments'>);
needsAuthor({} as Needs<Article, 'author.profile'>);
needsAuthor({} as Loaded<News, 'author'>);
needsProfile(withProfile);
needsTwo(twoAndMore);
needMany([withComments, withAnswers, twoAndMore]);
[withAuthor, withAll].map(needsAuthor).join();
is<Article>({} as Needs<Article, 'author'>);
// @ts-expect-error less is loaded
needsAuthor(bare);
// @ts-expect-error something else is loaded
needsAuthor(withComments);
// @ts-expect-error the model does not say
needsAuthor({} as Article);
// @ts-expect-error less is needed there
needsAuthor({} as Needs<Article, 'comments'>);
// @ts-expect-error another model
needsAuthor({} as Loaded<Comment, 'author'>);
// @ts-expect-error less is loaded
needsProfile(withAuthor);
// @ts-expect-error less is loaded
needsTwo({} as Loaded<Article, 'author' | 'comments'>);
// @ts-expect-error one of them is less
needMany([withComments, withAuthor]);
// @ts-expect-error it can be null
needsAuthor({} as Loaded<Article, 'author'> | null);
// @ts-expect-error no such path
export type WrongNeeds = Needs<Article, 'auhtor'>;
// @ts-expect-error no such path
export type WrongLoaded = Loaded<Article, 'title'>;

// What is needed can be used; of the rest it says nothing, as the model itself.
declare const needing: Needs<Article, 'author.profile' | 'comments'>;
needing.author.profile?.bio.trim();
needing.comments.map(({ text }) => text).join();
needing.editor?.name.trim();
needing.heading.trim();
needing.rename('x');
Article.secretOf(needing);
takesArticle(needing);

// ---- Probing

declare const model: Article;
declare const nullable: Loaded<Article> | null;
declare const anyText: string;
declare const anyPath: RelationPath<Article>;

export function probes(): void {
  if (isLoaded(bare, 'author')) {
    bare.author.name.trim();
    bare.title.trim();
    bare.heading.trim();
    needsAuthor(bare);
    takesArticle(bare);
    // @ts-expect-error one was probed, not all
    bare.comments.length;
    // @ts-expect-error nothing below it
    bare.author.profile?.bio;
  } else {
    bare.title.trim();
    // @ts-expect-error not loaded
    bare.author.name;
  }
  bare.title.trim();
  // @ts-expect-error not probed any more
  bare.author.name;
}

export function probesDeep(): void {
  if (isLoaded(withAuthor, 'author.profile')) {
    withAuthor.author.profile?.bio.trim();
    needsProfile(withAuthor);
    // @ts-expect-error nothing below it
    withAuthor.author.profile?.country?.name;
  }
  if (isLoaded(bare, 'comments.author')) {
    bare.comments.map(({ text, author }) => text + author.name);
    for (const comment of bare.comments) comment.author.name.trim();
    bare.comments[0].author.name.trim();
    // @ts-expect-error nothing below it
    bare.comments[0].author.profile?.bio;
  }
  if (isLoaded(bare, 'editor')) {
    bare.editor?.name.trim();
    // @ts-expect-error it can be null
    bare.editor.name;
  }
  if (isLoaded(bare, 'tags')) bare.tags.map(({ label }) => label).join();
  if (isLoaded(bare, 'reviewer')) bare.reviewer?.name.trim();
  if (isLoaded(bare, 'place.city')) bare.place.city?.name.trim();
  if (isLoaded(bare, 'place.city') && isLoaded(bare, 'comments')) {
    bare.place.city?.name.trim();
    bare.comments.length.toFixed();
  }
}

export function probesOneAfterTheOther(): string {
  if (!isLoaded(bare, 'author')) return bare.title;
  if (!isLoaded(bare, 'comments')) return bare.author.name;
  if (nullable && isLoaded(nullable, 'author')) return nullable.author.name;
  const names = [bare].filter((article) => isLoaded(article, 'author.profile')).map(({ author }) => author.name);
  return [bare.author.name, ...bare.comments.map(({ text }) => text), ...names].join();
}

export function probesModels(): void {
  if (isLoaded(model, 'author')) needsAuthor(model);
  else model.title.trim();
  model.title.trim();
  if (isLoaded(model, 'author') && isLoaded(model, 'comments.author')) needsTwo(model);
  if (isLoaded(needing, 'editor')) {
    needing.editor?.name.trim();
    needing.author.profile?.bio.trim();
    is<Needs<Article, 'editor' | 'comments'>>(needing);
  } else {
    needing.author.profile?.bio.trim();
  }
  // @ts-expect-error it was not probed
  needsAuthor(model);
  // @ts-expect-error Did you mean 'author'?
  isLoaded(model, 'auhtor');
  // @ts-expect-error Did you mean 'author.profile'?
  isLoaded(bare, 'author.profle');
  // @ts-expect-error a column is not a relation
  isLoaded(bare, 'title');
  // @ts-expect-error any text is not a path
  isLoaded(bare, anyText);
  // @ts-expect-error nothing is not an entity
  isLoaded(nullable, 'author');
  isLoaded(bare, anyPath);
  // Of what is no model nothing is known.
  isLoaded({} as Plain, 'whatever');
}

export const probesGeneric = <Kind extends Article>(article: Kind) =>
  isLoaded(article, 'author') ? article.author.name : article.title;

// ---- Writing keeps what is loaded, and adds to it

const saveModel = () => articles.save(model);
const saveModelWith = () => articles.save(model, { load: ['author'] });
const saveBare = () => articles.save(bare);
const saveBareWith = () => articles.save(bare, { load: ['comments.author'] });
const saveMore = () => articles.save(withAuthor, { load: ['comments'] });
const saveAgain = () => articles.save(withAuthor, { load: ['author'] });
const saveDeeper = () => articles.save(withAuthor, { load: ['author.profile'], refresh: true });
const saveNeeds = () => articles.save(needing);
const saveList = () => articles.save([withAuthor]);
const saveListWith = () => articles.save([withAuthor], { load: ['comments'] });
const saveUnknown = () => articles.save(withAuthor, { load: someList });
const updateModel = () => articles.update(model, { title: 'x' });
const updateBare = () => articles.update(bare, { title: 'x' });
const updateMore = () => articles.update(withAuthor, { title: 'x' }, { load: SHOWN, exclude: ['id'] });
same<Awaited<ReturnType<typeof saveModel>>, Article>(true);
same<Awaited<ReturnType<typeof saveModelWith>>, Needs<Article, 'author'> & Article>(true);
same<Awaited<ReturnType<typeof saveBare>>, Loaded<Article>>(true);
same<Awaited<ReturnType<typeof saveBareWith>>, Loaded<Article, 'comments' | 'comments.author'>>(true);
same<Awaited<ReturnType<typeof saveMore>>, Loaded<Article, 'author' | 'comments'>>(true);
same<Awaited<ReturnType<typeof saveAgain>>, Loaded<Article, 'author'>>(true);
same<Awaited<ReturnType<typeof saveDeeper>>, Loaded<Article, 'author' | 'author.profile'>>(true);
same<Awaited<ReturnType<typeof saveNeeds>>, Needs<Article, 'author.profile' | 'comments'>>(true);
same<Awaited<ReturnType<typeof saveList>>, Loaded<Article, 'author'>[]>(true);
same<Awaited<ReturnType<typeof saveListWith>>, Loaded<Article, 'author' | 'comments'>[]>(true);
same<Awaited<ReturnType<typeof saveUnknown>>, Loaded<Article, 'author'>>(true);
same<Awaited<ReturnType<typeof updateModel>>, Article>(true);
same<Awaited<ReturnType<typeof updateBare>>, Loaded<Article>>(true);
same<Awaited<ReturnType<typeof updateMore>>, Loaded<Article, 'author' | 'comments'>>(true);

export async function writes(): Promise<void> {
  const saved = await articles.save(withAuthor, { load: ['comments.author'] });
  saved.author.name.trim();
  saved.comments.map(({ author }) => author.name);
  // @ts-expect-error not loaded
  saved.editor?.name;
  needsTwo(saved);
  needsAuthor(await articles.save(model, { load: ['author'] }));
  // @ts-expect-error it is not said to be loaded
  needsAuthor(await articles.save(model));
  needsProfile(await articles.update(model, {}, { load: ['author.profile'] }));
  const both = await articles.save({} as Needs<Article, 'author'>, { load: ['comments'] });
  needsAuthor(both);
  needMany([both]);
  await articles.delete(bare);
  await articles.delete([bare, withAuthor]);
  await articles.preloadFor([bare], 'byline');
  // @ts-expect-error a user is not an article
  await articles.save({} as Loaded<User>);
  // @ts-expect-error a title is text
  is<Article>(await articles.update(bare, { title: 1 } satisfies Partial<Article>));
}

// A result is read again and replaces itself.
export async function replaces(): Promise<void> {
  let article = await articles.getExistOne('id', { load: ['author'] });
  article = await articles.save(article);
  article = await articles.update(article, { title: 'x' });
  const found = (await articles.get({}, { fetch: 'all', load: ['author'] })).find(({ title }) => title === 'x');
  article = found ?? article;
  // @ts-expect-error nothing is loaded
  article = await articles.getExistOne('id');
  const again = await articles.get({ author: article.author }, { fetch: 'all' });
  const map = new Map(again.map((row) => [row.id, row]));
  // @ts-expect-error not loaded
  map.get('x')?.author.name;
  for await (const row of articles.stream({}, { load: ['author'] })) row.author.name.trim();
  // @ts-expect-error not loaded
  for await (const row of articles.stream()) row.author.name.trim();
  const [{ items }, [only]] = await Promise.all([pageWith(), allWith()]);
  items[0].author.name.concat(only.author.name);
  // @ts-expect-error not loaded
  items[0].comments.length;
}

// ---- Other kinds of models

export async function kinds(): Promise<void> {
  const picture = await pictures.getExistOne('id', { load: ['owner'] });
  picture.owner.name.trim();
  picture.describe().trim();
  is<Owned>(picture);
  // @ts-expect-error not loaded
  picture.remarks.length;
  // @ts-expect-error protected members stay protected
  picture.kind;
  picture.plain.id.toFixed(); // not a model: nothing is known of it
  // @ts-expect-error not loaded
  (await pictures.getExistOne('id')).owner.name;
  is<Owned>(await pictures.getExistOne('id'));
  const isOwnedBy = (owned: Needs<Owned, 'owner'>) => owned.owner.name;
  isOwnedBy(picture);
  // @ts-expect-error less is loaded
  isOwnedBy(await pictures.getExistOne('id'));

  const contract = await contracts.getExistOne('id', { load: ['signer'] });
  contract.signer.name.trim();
  contract.sign().trim();
  contract.text.trim();
  // @ts-expect-error not loaded
  contract.remarks.length;
  // @ts-expect-error not loaded
  (await contracts.getExistOne('id')).signer.name;

  const news = await new ModelRepository(News, dataSource).getExistOne('id', { load: ['city', 'author'] });
  takesArticle(news);
  needsAuthor(news);
  news.city.name.trim();
  // @ts-expect-error not loaded, though inherited
  news.comments.length;

  // Two models that know each other.
  const reader = await users.getExistOne('id', { load: ['articles.author'] });
  reader.articles.map(({ author }) => author.name);
  // @ts-expect-error not loaded
  reader.articles[0].author.articles.length;
}

// Code for any model.
class Service<Row extends UuidTableBase> {
  constructor(readonly repository: ModelRepository<Row>) {}

  async find(id: string): Promise<Row | null> {
    return this.repository.getOne(id);
  }

  async one(id: string): Promise<Row> {
    const row = await this.repository.getExistOne(id);
    row.id.trim();
    return this.repository.save(row);
  }

  async list(load: readonly RelationPath<Row>[]): Promise<Row[]> {
    const { items } = await this.repository.getWithCount(undefined, { load });
    return [...items, ...(await this.repository.get({}, { fetch: 'all', load }))];
  }
}
void new Service(articles).one('id').then(takesArticle);

// ---- A method that loads for its callers

class Mailer {
  notify(article: Article): Promise<void>;
  @RequiresRelations('author')
  async notify(article: Needs<Article, 'author'>): Promise<void> {
    needsAuthor(article);
    if (isLoaded(article, 'comments')) article.comments.length.toFixed();
  }
}
void new Mailer().notify(model);
void new Mailer().notify(bare);
void new Mailer().notify(withAuthor);
// @ts-expect-error a user is not an article
void new Mailer().notify(user);
