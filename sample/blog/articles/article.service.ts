import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';
import type { FindOptionsWhere } from 'typeorm';
import { TagService } from '../tags/tag.service.js';
import { Article } from './article.js';
import { ArticleAnnouncer } from './article-announcer.js';
import type { ArticleCreate } from './article-create.js';
import type { ArticleListRequest } from './article-list-request.js';
import type { ArticleUpdate } from './article-update.js';

@Injectable()
export class ArticleService {
  constructor(
    @InjectModelRepository(Article) private readonly articles: ModelRepository<Article>,
    private readonly tags: TagService,
    private readonly announcer: ArticleAnnouncer,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  list(request: ArticleListRequest) {
    const where: FindOptionsWhere<Article> = {};
    if (typeof request.isPublished === 'boolean') where.isPublished = request.isPublished;
    if (request.authorId) where.authorId = request.authorId;
    if (request.tag) where.tags = { name: request.tag.toLowerCase() };
    return this.articles.getWithCount(where, { tableView: request, load: ['author', 'tags'] });
  }

  /** One transaction: when the article cannot be stored, its new tags are not stored either. */
  @Transactional()
  async create({ tags, ...fields }: ArticleCreate) {
    const article = await this.articles.add({
      ...fields,
      publishedAt: fields.isPublished ? new Date() : null,
      tags: await this.tags.named(tags),
    });
    if (article.isPublished) this.announceAfterCommit(article);
    return article;
  }

  @Transactional()
  async edit(article: Article, patch: ArticleUpdate) {
    const isFirstPublication = patch.isPublished === true && article.publishedAt === null;
    await this.articles.update(article, patch, {
      // Fields that no client may send, decided here.
      extra: isFirstPublication ? { publishedAt: new Date() } : {},
    });
    if (isFirstPublication) this.announceAfterCommit(article);
    return article;
  }

  @Transactional()
  async tag(article: Article, names: string[]) {
    article.tags = await this.tags.named(names);
    return this.articles.save(article);
  }

  async remove(article: Article) {
    await this.articles.delete(article);
  }

  /** Nobody hears of an article that was rolled back. */
  private announceAfterCommit(article: Article): void {
    this.unitOfWork.afterCommit(() => this.announcer.announce(article));
  }
}
