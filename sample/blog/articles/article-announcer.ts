import { Injectable, Logger } from '@nestjs/common';
import type { Article } from './article.js';

/** Tells the world about a new article. A real one would send mail. */
@Injectable()
export class ArticleAnnouncer {
  private readonly logger = new Logger(ArticleAnnouncer.name);

  announce(article: Article): void {
    this.logger.log(`Published: ${article.title}`);
  }
}
