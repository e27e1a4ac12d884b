import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { InjectModelRepository, Transactional } from 'nestjs-sqlmodel-ext';
import { Article, User } from '../models.js';
import { OTHER_ID } from '../seed.js';
import type { WideRepository } from '../wide-repository.js';

@Injectable()
export class Mover {
  constructor(@InjectModelRepository(Article) private readonly articles: WideRepository<Article>) {}

  async move(article: Article, authorId: string): Promise<Article> {
    return this.articles.update(article, { authorId });
  }
}

/** A key that changes takes the relation that was loaded with it. */
@Controller('writes')
export class WritesController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    private readonly mover: Mover,
  ) {}

  @Get() async wrongUpdate(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { authorId: OTHER_ID });
    return article.author.name; // RLC002 author
  }

  @Get() async wrongUpdateResult(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const updated = await this.articles.update(article, { title: 'Changed', authorId: OTHER_ID });
    return updated.author.name; // RLC002 author
  }

  @Get() async wrongUpdateFunction(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, () => ({ authorId: OTHER_ID }));
    return article.author.name; // RLC002 author
  }

  @Get() async wrongUpdateExtra(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { title: 'Changed' }, { extra: { authorId: OTHER_ID } });
    return article.author.name; // RLC002 author
  }

  @Get() async wrongSave(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    article.authorId = OTHER_ID;
    await this.articles.save(article);
    return article.author.name; // RLC002 author
  }

  @Get() async wrongSaveResult(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    article.authorId = OTHER_ID;
    const saved = await this.articles.save(article);
    return saved.author.name; // RLC002 author
  }

  @Get() async wrongSaveMany() {
    const articles = await this.articles.get({}, { fetch: 'all', load: ['author'], order: { id: 'ASC' } });
    for (const article of articles) article.authorId = article.authorId === OTHER_ID ? articles[0].id : OTHER_ID;
    await this.articles.save(articles);
    return articles.map((article) => article.author.name); // RLC002 author
  }

  @Get() async wrongInService(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.mover.move(article, OTHER_ID);
    return article.author.name; // RLC002 author
  }

  @Get() async wrongOfParent(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['parent', 'author'] });
    await this.articles.update(article, { parentId: OTHER_ID });
    return [article.author.name, article.parent?.title]; // RLC002 parent
  }

  @Get() @Transactional() async wrongInTransaction(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'], withForUpdate: true });
    await this.articles.update(article, { authorId: OTHER_ID });
    return article.author.name; // RLC002 author
  }

  @Get() async otherColumn(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { title: 'Changed', views: 5 });
    return article.author.name;
  }

  @Get() async otherKey(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author', 'parent'] });
    await this.articles.update(article, { parentId: OTHER_ID });
    return article.author.name;
  }

  @Get() async loadedAgain(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { authorId: OTHER_ID }, { load: ['author'] });
    return article.author.name;
  }

  @Get() async savedAndLoaded(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    article.authorId = OTHER_ID;
    await this.articles.save(article, { load: ['author'] });
    return article.author.name;
  }

  @Get() async readBefore(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const { name } = article.author;
    await this.articles.update(article, { authorId: OTHER_ID });
    return name;
  }

  @Get() async readAgain(@Param('id') id: string) {
    let article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { authorId: OTHER_ID });
    article = await this.articles.getExistOne(id, { load: ['author'] });
    return article.author.name;
  }

  @Get() async assignedAfter(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { authorId: OTHER_ID });
    article.author = await this.users.getExistOne(OTHER_ID);
    return article.author.name;
  }

  @Get() async assignedRelation(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    article.author = await this.users.getExistOne(OTHER_ID);
    await this.articles.save(article);
    return article.author.name;
  }

  @Get() async lists(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['comments', 'tags'] });
    await this.articles.update(article, { authorId: OTHER_ID });
    return [article.comments.length, article.tags.length];
  }

  @Get() async methodAfter(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { authorId: OTHER_ID });
    return article.byline();
  }

  @Get() async undefinedKey(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { title: 'Changed', authorId: undefined });
    return article.author.name;
  }

  @Get() async excludedKey(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const patch = { title: 'Changed', authorId: OTHER_ID };
    await this.articles.update(article, patch, { exclude: ['authorId'] });
    return article.author.name;
  }

  @Get() async unknownPatch(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, JSON.parse('{"title":"Changed"}') as object);
    return article.author.name;
  }

  @Get() async otherEntity(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const other = await this.articles.getExistOne(OTHER_ID);
    await this.articles.update(other, { authorId: id });
    return article.author.name;
  }

  @Get() async sameKey(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { title: 'Changed', authorId: article.authorId });
    return article.author.name;
  }

  @Get() async sameKeyOfRelation(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.update(article, { authorId: article.author.id });
    return article.author.name;
  }

  @Get() async sameKeyAssigned(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const { authorId } = article;
    article.authorId = authorId;
    await this.articles.save(article);
    return article.author.name;
  }

  @Get() async keyPutBack(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const { authorId } = article;
    article.authorId = OTHER_ID;
    article.authorId = authorId;
    await this.articles.save(article);
    return article.author.name;
  }

  @Get() async keyAssignedOnly(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    article.authorId = OTHER_ID;
    return article.author.name;
  }

  @Get() async keyUnderCondition(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    if (article.title === '') {
      await this.articles.update(article, { authorId: OTHER_ID });
      return null;
    }
    return article.author.name;
  }

  @Get() async typeormUpdate(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.typeorm.update({ id }, { authorId: OTHER_ID });
    return article.author.name;
  }
}
