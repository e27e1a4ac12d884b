import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  InjectModelRepository,
  ListResponseOf,
  ModelParam,
  ModelRepository,
  ResponseModel,
  TableViewRequest,
} from 'nestjs-sqlmodel-ext';
import { Article } from '../articles/article.js';
import { CommentCreate } from './comment-create.js';
import { CommentResponse } from './comment-response.js';
import { CommentThreadResponse } from './comment-thread-response.js';
import { CommentUpdate } from './comment-update.js';
import { Comment } from './comment.js';
import { CommentService } from './comment.service.js';

@ApiTags('comments')
@Controller()
export class CommentController {
  constructor(
    private readonly service: CommentService,
    @InjectModelRepository(Comment) private readonly comments: ModelRepository<Comment>,
  ) {}

  @Get('articles/:articleId/comments')
  @ResponseModel(ListResponseOf(CommentThreadResponse))
  list(@ModelParam(Article, 'articleId') article: Article, @Query() view: TableViewRequest) {
    return this.service.threads(article, view);
  }

  @Post('articles/:articleId/comments')
  @ResponseModel(CommentResponse)
  create(@ModelParam(Article, 'articleId') article: Article, @Body() comment: CommentCreate) {
    return this.service.create(article, comment);
  }

  @Patch('comments/:commentId')
  @ResponseModel(CommentResponse)
  edit(@ModelParam(Comment, 'commentId') comment: Comment, @Body() patch: CommentUpdate) {
    return this.comments.update(comment, patch);
  }

  /** Takes the answers with it: see `Comment.parent`. */
  @Delete('comments/:commentId')
  @HttpCode(204)
  async remove(@ModelParam(Comment, 'commentId') comment: Comment) {
    await this.comments.delete(comment);
  }
}
