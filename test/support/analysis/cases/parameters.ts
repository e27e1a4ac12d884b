import {
  Body,
  Controller,
  createParamDecorator,
  Get,
  Injectable,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository, isLoaded, ModelParam, ResponseModel } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, Stock, User } from '../models.js';
import { ArticleResponse, ArticleSummary, OrderDto } from '../response-models.js';
import type { WideRepository } from '../wide-repository.js';

/** What guards put there. */
interface AuthenticatedRequest {
  headers: Record<string, string>;
  user: User;
  customer: Customer;
  payload: { sub: string; articles: string[] };
}

/** Reads the user without relations. */
@Injectable()
export class UserGuard implements CanActivate {
  constructor(@InjectModelRepository(User) private readonly users: WideRepository<User>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    request.user = await this.users.getExistOne(request.headers['x-user']);
    return true;
  }
}

/** Reads the user with everything that handlers need. */
@Injectable()
export class UserWithArticlesGuard implements CanActivate {
  constructor(@InjectModelRepository(User) private readonly users: WideRepository<User>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const user = await this.users.getOne(request.headers['x-user'], { load: ['articles', 'profile'] });
    if (!user) return false;
    request.user = user;
    return true;
  }
}

/** Writes it otherwise. */
@Injectable()
export class AssigningGuard implements CanActivate {
  constructor(@InjectModelRepository(User) private readonly users: WideRepository<User>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    Object.assign(request, { user: await this.users.getExistOne(request.headers['x-user']) });
    return true;
  }
}

/** Puts a copy on the request. */
@Injectable()
export class CopyingGuard implements CanActivate {
  constructor(@InjectModelRepository(User) private readonly users: WideRepository<User>) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const user = await this.users.getExistOne(request.headers['x-user']);
    request.user = { ...user, articles: [] };
    return true;
  }
}

/** Completes what a guard has put there. */
@Injectable()
export class ArticlesInterceptor implements NestInterceptor {
  constructor(@InjectModelRepository(Article) private readonly articles: WideRepository<Article>) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    user.articles = await this.articles.get({ authorId: user.id }, { fetch: 'all' });
    return next.handle();
  }
}

/** Puts no entity on the request. */
@Injectable()
export class TokenGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ user: unknown; headers: Record<string, string> }>();
    request.user = JSON.parse(request.headers['x-payload'] ?? '{}') as unknown;
    return true;
  }
}

@Injectable()
export class CustomerInterceptor implements NestInterceptor {
  constructor(@InjectRepository(Customer) private readonly customers: Repository<Customer>) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    request.customer = await this.customers.findOneByOrFail({ id: request.headers['x-customer'] });
    return next.handle();
  }
}

export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): User => context.switchToHttp().getRequest<AuthenticatedRequest>().user,
);

/** A part of the user. */
export const CurrentUserPart = createParamDecorator((name: keyof User, context: ExecutionContext): unknown => {
  const { user } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  return user[name];
});

@Injectable()
export class OrderPipe implements PipeTransform<string, Promise<Order>> {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async transform(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }
}

@Injectable()
export class OrderWithCustomerPipe implements PipeTransform<string, Promise<Order>> {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async transform(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }
}

/** Loads what it is asked for. */
@Injectable()
export class MaybeOrderPipe implements PipeTransform<string, Promise<Order>> {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async transform(id: string): Promise<Order> {
    const [key, relation] = id.split('+');
    return this.orders.findOneOrFail({ where: { id: key }, relations: { customer: relation === 'customer' } });
  }
}

/** Changes text. */
@Injectable()
export class TrimPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    return text.trim();
  }
}

@Controller('parameters')
export class ParametersController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
  ) {}

  // @ModelParam

  @Get() wrongRead(@ModelParam(Article, 'articleId') article: Article) {
    return article.author.name; // RLC005 author
  }

  @Get() read(@ModelParam(Article, 'articleId', { load: ['author'] }) article: Article) {
    return article.author.name;
  }

  @Get() wrongReadDeep(@ModelParam(Article, 'articleId', { load: ['author'] }) article: Article) {
    return article.author.profile.motto; // RLC005|RLC003 profile
  }

  @Get() wrongDestructured(@ModelParam(Article, 'articleId') article: Article) {
    const { title, comments } = article; // RLC005 comments
    return [title, comments.length];
  }

  @Get() wrongPassedOn(@ModelParam(Article, 'articleId') article: Article) {
    return this.describe(article);
  }

  @Get() passedOn(@ModelParam(Article, 'articleId', { load: ['author', 'tags'] }) article: Article) {
    return this.describeLoaded(article);
  }

  @Get() wrongSecondParameter(@Query('q') q: string, @ModelParam(Article, 'articleId') article: Article) {
    return [q, article.tags.map((tag) => tag.name)]; // RLC005 tags
  }

  @Get() async wrongUpdated(@ModelParam(Article, 'articleId') article: Article) {
    const updated = await this.articles.update(article, { title: 'Changed' });
    return updated.author.name; // RLC005|RLC003 author
  }

  @Get() async updatedWithLoad(@ModelParam(Article, 'articleId') article: Article) {
    const updated = await this.articles.update(article, { title: 'Changed' }, { load: ['author'] });
    return updated.author.name;
  }

  @Get() eager(@ModelParam(Article, 'articleId') article: Article) {
    return article.section.name;
  }

  @Get() method(@ModelParam(Article, 'articleId') article: Article) {
    return article.byline();
  }

  @Get() asked(@ModelParam(Article, 'articleId') article: Article) {
    return isLoaded(article, 'author') ? article.author.name : article.title;
  }

  @Get() async assigned(@ModelParam(Article, 'articleId') article: Article) {
    article.author = await this.users.getExistOne(article.authorId);
    return article.author.name;
  }

  @Get() keys(@ModelParam(Article, 'articleId') article: Article) {
    return [article.authorId, article.title];
  }

  // The response of a parameter

  @Get()
  @ResponseModel(ArticleResponse, { relations: 'throw' })
  wrongResponse(@ModelParam(Article, 'articleId') article: Article) {
    return article; // RLC005 author
  }

  @Get()
  @ResponseModel(ArticleResponse, { relations: 'throw' })
  response(@ModelParam(Article, 'articleId', { load: ['author'] }) article: Article) {
    return article;
  }

  @Get()
  @ResponseModel(ArticleResponse)
  responseThatLoads(@ModelParam(Article, 'articleId') article: Article) {
    return article;
  }

  @Get()
  @ResponseModel(ArticleSummary, { relations: 'throw' })
  responseWithoutRelations(@ModelParam(Article, 'articleId') article: Article) {
    return article;
  }

  @Post()
  @ResponseModel(ArticleResponse, { relations: 'throw' })
  wrongUpdatedResponse(@ModelParam(Article, 'articleId') article: Article) {
    return this.articles.update(article, { title: 'Changed' }); // RLC005|RLC001 author
  }

  // Pipes

  @Get() wrongPipe(@Param('id', OrderPipe) order: Order) {
    return order.customer.name; // RLC005 customer
  }

  @Get() pipe(@Param('id', OrderWithCustomerPipe) order: Order) {
    return order.customer.name;
  }

  @Get() wrongPipes(@Param('id', TrimPipe, OrderPipe) order: Order) {
    return order.customer.name; // RLC005 customer
  }

  @Get() pipeOfText(@Param('id', TrimPipe) id: string) {
    return this.articles.getOne(id);
  }

  @Get() @ApiOkResponse({ type: OrderDto }) wrongPipeResponse(@Query('id', OrderPipe) order: Order) {
    return order; // RLC005 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto }) pipeResponse(@Query('id', OrderWithCustomerPipe) order: Order) {
    return order;
  }

  // Guards and interceptors

  @Get() @UseGuards(UserGuard) wrongGuard(@Req() request: AuthenticatedRequest) {
    return request.user.articles.length; // RLC005 articles
  }

  @Get() @UseGuards(UserWithArticlesGuard) guard(@Req() request: AuthenticatedRequest) {
    return [request.user.articles.length, request.user.profile.motto];
  }

  @Get() @UseGuards(UserGuard) wrongGuardDestructured(@Req() { user }: AuthenticatedRequest) {
    return user.profile.motto; // RLC005 profile
  }

  @Get() @UseGuards(UserGuard) wrongCurrentUser(@CurrentUser() user: User) {
    return user.articles.map((article) => article.title); // RLC005 articles
  }

  @Get() @UseGuards(UserWithArticlesGuard) currentUser(@CurrentUser() user: User) {
    return user.articles.map((article) => article.title);
  }

  @Get() @UseGuards(TokenGuard) token(@Req() request: { user: { articles: string[] } }) {
    return request.user.articles.length;
  }

  @Get() @UseGuards(TokenGuard) tokenUser(@CurrentUser() user: User) {
    return user.articles.length;
  }

  @Get() noGuard(@Req() request: AuthenticatedRequest) {
    return request.user.articles.length;
  }

  @Get() @UseGuards(UserGuard) guardedColumns(@CurrentUser() user: User) {
    return [user.id, user.name, user.place.street];
  }

  @Get() @UseInterceptors(CustomerInterceptor) wrongInterceptor(@Req() request: AuthenticatedRequest) {
    return request.customer.orders.length; // RLC005 orders
  }

  @Get() @UseGuards(UserGuard, UserWithArticlesGuard) guardAfterGuard(@CurrentUser() user: User) {
    return user.articles.length;
  }

  @Get() @UseGuards(UserWithArticlesGuard, UserGuard) wrongGuardAfterGuard(@CurrentUser() user: User) {
    return user.articles.length; // RLC005 articles
  }

  @Get() @UseGuards(AssigningGuard) wrongAssigningGuard(@Req() request: AuthenticatedRequest) {
    return request.user.articles.length; // RLC005 articles
  }

  @Get() @UseGuards(UserGuard) async reloadedUser(@CurrentUser() user: User) {
    const full = await this.users.getExistOne(user.id, { load: ['articles'] });
    return full.articles.length;
  }

  @Get() @UseGuards(UserGuard) wrongPassedUser(@CurrentUser() user: User) {
    return this.titlesOf(user);
  }

  @Get() body(@Body() article: Article) {
    return article.author.name;
  }

  @Get() @UseGuards(CopyingGuard) copiedUser(@Req() request: AuthenticatedRequest) {
    return request.user.articles.length;
  }

  @Get() @UseGuards(UserGuard) @UseInterceptors(ArticlesInterceptor) completedUser(
    @Req() request: AuthenticatedRequest,
  ) {
    return request.user.articles.length;
  }

  @Get() @UseGuards(UserGuard) nameOfUser(@CurrentUserPart('name') name: string) {
    return name.length;
  }

  @Get() optionalPipe(@Query('id', MaybeOrderPipe) order: Order) {
    return order.customer.name;
  }

  @Get() wrongUnlocked(@ModelParam(Stock, 'stockId') stock: Stock) {
    stock.take(1); // RLC014 take
  }

  @Get() locked(@ModelParam(Stock, 'stockId', { lock: true }) stock: Stock) {
    stock.take(1);
  }

  @Get()
  @ApiOkResponse({ type: OrderDto })
  async answeredByHand(@Param('id', OrderPipe) order: Order, @Res() response: { json(value: unknown): void }) {
    response.json({ number: order.number });
  }

  @Get() payload(@Req() { payload }: AuthenticatedRequest) {
    return payload.articles.length;
  }

  private titlesOf(user: User): string[] {
    return user.articles.map(({ title }) => title); // RLC005 articles
  }

  private describe(article: Article): string {
    return `${article.title} by ${article.author.name}`; // RLC005 author
  }

  private describeLoaded(article: Article): string {
    return [article.author.name, ...article.tags.map((tag) => tag.name)].join();
  }
}

@Controller('guarded')
@UseGuards(UserGuard)
export class GuardedController {
  @Get() wrongOfController(@Req() request: AuthenticatedRequest) {
    return request.user.articles.length; // RLC005 articles
  }

  @Get() ofController(@CurrentUser() { name }: User) {
    return name;
  }
}
