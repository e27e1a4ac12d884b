import { Injectable, NotFoundException } from '@nestjs/common';
import {
  InjectModelRepository,
  type ListResponse,
  type ModelRepository,
  type TableViewRequest,
  Transactional,
} from 'nestjs-sqlmodel-ext';
import { IsNull, Not } from 'typeorm';
import type { Article } from '../articles/article.js';
import { Comment } from './comment.js';
import type { CommentCreate } from './comment-create.js';

@Injectable()
export class CommentService {
  constructor(@InjectModelRepository(Comment) private readonly comments: ModelRepository<Comment>) {}

  /** A page of comments on the article itself, each with all answers below it, which one query reads however deep they go. */
  async threads(article: Article, view: TableViewRequest): Promise<ListResponse<Comment>> {
    const articleId = article.id;
    const threads = await this.comments.getWithCount(
      { articleId, parentId: IsNull() },
      { tableView: view, load: ['author'] },
    );
    const answers = await this.comments.get(
      { articleId, parentId: Not(IsNull()) },
      { fetch: 'all', order: { createdAt: 'ASC' }, load: ['author'] },
    );
    hangBelowParents([...threads.items, ...answers]);
    return threads;
  }

  @Transactional()
  async create(article: Article, comment: CommentCreate) {
    const articleId = article.id;
    if (comment.parentId) {
      const parent = await this.comments.getOne(comment.parentId);
      if (parent?.articleId !== articleId) throw new NotFoundException('Comment to answer not found');
    }
    return this.comments.add({ ...comment, articleId });
  }
}

/** Fills `answers` of every comment from the list itself. */
function hangBelowParents(comments: Comment[]): void {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  for (const comment of comments) comment.answers = [];
  for (const comment of comments) {
    if (comment.parentId) byId.get(comment.parentId)?.answers.push(comment);
  }
}
