import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, Transactional } from 'nestjs-sqlmodel-ext';
import { ArticleService } from '../articles/article.service.js';
import { CommentService } from '../comments/comment.service.js';
import { UserService } from '../users/user.service.js';
import { User } from '../users/user.js';

/** Gives a blog without users something to show. All of it or nothing: a start that fails half-way leaves no half. */
@Injectable()
export class DemoData implements OnApplicationBootstrap {
  constructor(
    @InjectModelRepository(User) private readonly users: ModelRepository<User>,
    private readonly userService: UserService,
    private readonly articleService: ArticleService,
    private readonly commentService: CommentService,
  ) {}

  @Transactional()
  async onApplicationBootstrap(): Promise<void> {
    if ((await this.users.count()) > 0) return;
    const mara = await this.addUser('Mara', 'Writes about databases');
    const tom = await this.addUser('Tom', null);
    const welcome = await this.articleService.create({
      title: 'Welcome to the blog',
      summary: 'What you see here, and where it comes from',
      body: 'Every field of this article is declared once, in articles/article-base.ts.',
      isPublished: true,
      authorId: mara.id,
      tags: ['welcome', 'nestjs'],
    });
    await this.articleService.create({
      title: 'An unfinished thought',
      summary: null,
      body: 'Drafts are listed with ?isPublished=false.',
      isPublished: false,
      authorId: tom.id,
      tags: ['nestjs'],
    });
    const question = await this.commentService.create(welcome, {
      body: 'Where are the queries?',
      authorId: tom.id,
      parentId: null,
    });
    await this.commentService.create(welcome, {
      body: 'In the repository, so that you need not write them.',
      authorId: mara.id,
      parentId: question.id,
    });
  }

  private addUser(name: string, bio: string | null): Promise<User> {
    const email = `${name.toLowerCase()}@example.org`;
    return this.userService.create({ name, bio, email, password: randomUUID() });
  }
}
