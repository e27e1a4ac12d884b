import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ListResponseOf, ModelParam, ResponseModel } from 'nestjs-sqlmodel-ext';
import { ArticleCitation } from './article-citation.js';
import { ArticleCreate } from './article-create.js';
import { ArticleDiscussionResponse } from './article-discussion-response.js';
import { ArticleListRequest } from './article-list-request.js';
import { ArticleResponse } from './article-response.js';
import { ArticleTags } from './article-tags.js';
import { ArticleUpdate } from './article-update.js';
import { Article } from './article.js';
import { ArticleService } from './article.service.js';

@ApiTags('articles')
@Controller('articles')
export class ArticleController {
  constructor(private readonly service: ArticleService) {}

  @Get()
  @ResponseModel(ListResponseOf(ArticleResponse))
  list(@Query() request: ArticleListRequest) {
    return this.service.list(request);
  }

  @Post()
  @ResponseModel(ArticleResponse)
  create(@Body() article: ArticleCreate) {
    return this.service.create(article);
  }

  @Get(':articleId')
  @ResponseModel(ArticleResponse)
  read(@ModelParam(Article, 'articleId') article: Article) {
    return article;
  }

  /** The handler loads nothing: the answer says what it shows. */
  @Get(':articleId/discussion')
  @ResponseModel(ArticleDiscussionResponse)
  discussion(@ModelParam(Article, 'articleId') article: Article) {
    return article;
  }

  @Get(':articleId/citation')
  @ResponseModel(ArticleCitation)
  async cite(@ModelParam(Article, 'articleId') article: Article): Promise<ArticleCitation> {
    return { citation: await article.citation() };
  }

  @Patch(':articleId')
  @ResponseModel(ArticleResponse)
  edit(@ModelParam(Article, 'articleId') article: Article, @Body() patch: ArticleUpdate) {
    return this.service.edit(article, patch);
  }

  @Put(':articleId/tags')
  @ResponseModel(ArticleResponse)
  tag(@ModelParam(Article, 'articleId') article: Article, @Body() { tags }: ArticleTags) {
    return this.service.tag(article, tags);
  }

  /** Takes the comments with it: see `Comment.article`. */
  @Delete(':articleId')
  @HttpCode(204)
  remove(@ModelParam(Article, 'articleId') article: Article) {
    return this.service.remove(article);
  }
}
