import { Injectable, Logger } from '@nestjs/common';
import { type Needs, RequiresRelations } from 'nestjs-sqlmodel-ext';
import type { Article } from './article.js';

/** Tells the world about a new article. A real one would send mail. */
@Injectable()
export class ArticleAnnouncer {
  private readonly logger = new Logger(ArticleAnnouncer.name);

  /** Callers pass any article; inside, the compiler knows that its author is loaded. */
  announce(article: Article): Promise<void>;
  @RequiresRelations('author')
  async announce(article: Needs<Article, 'author'>): Promise<void> {
    this.logger.log(`${article.author.name} has published: ${article.title}`);
  }
}
