import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { TagsModule } from '../tags/tags.module.js';
import { ArticleAnnouncer } from './article-announcer.js';
import { Article } from './article.js';
import { ArticleController } from './article.controller.js';
import { ArticleService } from './article.service.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Article]), TagsModule],
  controllers: [ArticleController],
  providers: [ArticleService, ArticleAnnouncer],
  exports: [ArticleService],
})
export class ArticlesModule {}
