import { Controller, Get, Param } from '@nestjs/common';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Comment, Stock, User } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Entities that a model repository gives, read at once. */
@Controller('model-repository')
export class ModelRepositoryController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(Comment) private readonly comments: WideRepository<Comment>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>,
  ) {}

  @Get() async wrongGet(@Param('id') id: string) {
    const article = await this.articles.get({ id });
    if (!article) return null;
    return article.author.name; // RLC003 author
  }

  @Get() async get(@Param('id') id: string) {
    const article = await this.articles.get({ id }, { load: ['author'] });
    return article?.author.name;
  }

  @Get() async wrongGetOnly(@Param('id') id: string) {
    const article = await this.articles.get({ id }, { fetch: 'one' });
    return article.author.name; // RLC003 author
  }

  @Get() async getOnly(@Param('id') id: string) {
    const article = await this.articles.get({ id }, { fetch: 'one', load: ['author', 'comments'] });
    return [article.author.name, article.comments.length];
  }

  @Get() async wrongGetAll() {
    const articles = await this.articles.get({ title: 'Notes' }, { fetch: 'all' });
    return articles[0].comments.length; // RLC003 comments
  }

  @Get() async getAll() {
    const articles = await this.articles.get({}, { fetch: 'all', load: ['comments'] });
    return articles[0].comments.length;
  }

  @Get() async wrongGetOne(@Param('id') id: string) {
    const article = await this.articles.getOne(id);
    return article?.author.name; // RLC003 author
  }

  @Get() async getOne(@Param('id') id: string) {
    const article = await this.articles.getOne(id, { load: ['author'] });
    return article?.author.name;
  }

  @Get() async wrongGetExistOne(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Get() async getExistOne(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    return article.author.name;
  }

  @Get() async wrongOtherRelation(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    return article.comments.length; // RLC003 comments
  }

  @Get() async wrongDeeper(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    return article.author.profile.motto; // RLC003 profile
  }

  @Get() async deeper(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author.profile'] });
    return article.author.profile.motto;
  }

  @Get() async wrongThroughList(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['comments'] });
    return article.comments[0].author.name; // RLC003 author
  }

  @Get() async throughList(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['comments.author'] });
    return article.comments[0].author.name;
  }

  @Get() async wrongOneToOne(@Param('id') id: string) {
    const user = await this.users.getExistOne(id);
    return user.profile.motto; // RLC003 profile
  }

  @Get() async oneToOne(@Param('id') id: string) {
    const user = await this.users.getExistOne(id, { load: ['profile'] });
    return user.profile.motto;
  }

  @Get() async wrongManyToMany(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.tags.map((tag) => tag.name); // RLC003 tags
  }

  @Get() async manyToMany(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['tags'] });
    return article.tags.map((tag) => tag.name);
  }

  @Get() async wrongParent(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.parent?.title; // RLC003 parent
  }

  @Get() async wrongChildrenOfParent(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['parent'] });
    return article.parent?.children.length; // RLC003 children
  }

  @Get() async childrenOfParent(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['parent.children'] });
    return article.parent?.children.length;
  }

  @Get() async wrongEmbedded(@Param('id') id: string) {
    const user = await this.users.getExistOne(id);
    return user.place.country?.name; // RLC003 country
  }

  @Get() async embedded(@Param('id') id: string) {
    const user = await this.users.getExistOne(id, { load: ['place.country'] });
    return user.place.country?.name;
  }

  @Get() async embeddedColumn(@Param('id') id: string) {
    const user = await this.users.getExistOne(id);
    return user.place.street;
  }

  @Get() async eager(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.section.name;
  }

  @Get() async wrongBehindEager(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.section.editor.name; // RLC003 editor
  }

  @Get() async behindEager(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['section.editor'] });
    return article.section.editor.name;
  }

  @Get() async eagerOfLoaded(@Param('id') id: string) {
    const comment = await this.comments.getExistOne(id, { load: ['article'] });
    return comment.article.section.name;
  }

  @Get() async wrongPage() {
    const page = await this.articles.getWithCount({});
    return page.items[0].author.name; // RLC003 author
  }

  @Get() async page() {
    const page = await this.articles.getWithCount({}, { load: ['author'] });
    return page.items[0].author.name;
  }

  @Get() async wrongStream() {
    const names: string[] = [];
    for await (const article of this.articles.stream({})) {
      names.push(article.author.name); // RLC003 author
    }
    return names;
  }

  @Get() async stream() {
    const names: string[] = [];
    for await (const article of this.articles.stream({}, { load: ['author'] })) names.push(article.author.name);
    return names;
  }

  @Get() async wrongAdd(@Param('id') id: string) {
    const article = await this.articles.add({ title: 'New', authorId: id });
    return article.author.name; // RLC003 author
  }

  @Get() async addWithRelation(@Param('id') id: string) {
    const author = await this.users.getExistOne(id);
    const article = await this.articles.add({ title: 'New', author });
    return article.author.name;
  }

  @Get() async addThenLoad(@Param('id') id: string) {
    const added = await this.articles.add({ title: 'New', authorId: id });
    const article = await this.articles.getExistOne(added.id, { load: ['author'] });
    return article.author.name;
  }

  @Get() async wrongAddMany(@Param('id') id: string) {
    const articles = await this.articles.add([{ title: 'New', authorId: id }]);
    return articles[0].author.name; // RLC003 author
  }

  @Get() async wrongSave(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    article.title = 'Changed';
    const saved = await this.articles.save(article);
    return saved.author.name; // RLC003 author
  }

  @Get() async saveAndLoad(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    article.title = 'Changed';
    const saved = await this.articles.save(article, { load: ['author'] });
    return [saved.author.name, article.author.name];
  }

  @Get() async saveKeeps(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    article.title = 'Changed';
    await this.articles.save(article);
    return article.author.name;
  }

  @Get() async wrongUpdate(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    const updated = await this.articles.update(article, { title: 'Changed' });
    return updated.author.name; // RLC003 author
  }

  @Get() async updateAndLoad(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.articles.update(article, { title: 'Changed' }, { load: ['author'] });
    return article.author.name;
  }

  @Get() async updateKeeps(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const updated = await this.articles.update(article, { title: 'Changed' });
    return updated.author.name;
  }

  @Get() async wrongFilterOnly(@Param('id') id: string) {
    const article = await this.articles.get({ author: { id } }, { join: ['author'], order: { title: 'ASC' } });
    return article?.author.name; // RLC003 author
  }

  @Get() async wrongPreload(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.articles.preloadFor(article, 'byline');
    return article.comments.length; // RLC003 comments
  }

  @Get() async preload(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.articles.preloadFor(article, 'byline');
    return article.author.name;
  }

  @Get() async preloadMany() {
    const articles = await this.articles.get({}, { fetch: 'all' });
    await this.articles.preloadFor(articles, 'byline');
    return articles.map((article) => article.author.name);
  }

  @Get() async methodThatLoads(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.byline();
  }

  @Get() async loadedByMethod(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await stock.label();
    return stock.owner.name;
  }

  @Get() async keyOnly(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return this.users.getExistOne(article.authorId);
  }

  @Get() async wrongElement(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article['author']['name']; // RLC003 author
  }

  @Get() async wrongPlainRepositoryOfModel(@Param('id') id: string) {
    const article = await this.articles.typeorm.findOneByOrFail({ id });
    return article.author.name; // RLC003 author
  }

  @Get() async plainRepositoryOfModel(@Param('id') id: string) {
    const article = await this.articles.typeorm.findOneOrFail({ where: { id }, relations: { author: true } });
    return article.author.name;
  }

  @Get() async wrongUpsert(@Param('id') id: string) {
    const article = await this.articles.upsert({ id, title: 'Changed', authorId: id }, { conflict: ['id'] });
    return article.author.name; // RLC003 author
  }

  @Get() async wrongRefreshed(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.articles.update(article, { title: 'Changed' }, { refresh: true });
    return article.author.name; // RLC003 author
  }

  @Get() async wrongParentOfParent(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['parent'] });
    return article.parent?.parent?.title; // RLC003 parent
  }

  @Get() async refreshed(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { title: 'Changed' }, { refresh: true });
    return article.author.name;
  }

  @Get() async notStrict(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { strict: false });
    return article.author?.name;
  }
}
