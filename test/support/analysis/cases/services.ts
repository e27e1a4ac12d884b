import { Controller, Get, Inject, Injectable, Param } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import {
  InjectModelRepository,
  RequiresRelations,
  RetryOnConflict,
  Transactional,
  UnitOfWork,
} from 'nestjs-sqlmodel-ext';
import { Article, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';
import {
  ARTICLE_LOAD,
  customerNameOf,
  ITEMS_ONLY,
  ORDER_RELATIONS,
  paginate,
  readArticle,
  readWithAuthor,
  relationsFor,
  rightCustomerNameOf,
} from './imported-functions.js';

/** A decorator as other packages have them: it wraps, and tells nobody. */
function Timed(): MethodDecorator {
  return (_prototype, _name, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = async function (this: unknown, ...args: unknown[]) {
      const begin = process.hrtime.bigint();
      try {
        return await original.apply(this, args);
      } finally {
        void (process.hrtime.bigint() - begin);
      }
    };
  };
}

@Injectable()
export class ArticleReader {
  @InjectModelRepository(Article) private readonly articles: WideRepository<Article>;

  read(id: string): Promise<Article> {
    return this.articles.getExistOne(id);
  }

  readWithAuthor(id: string): Promise<Article> {
    return this.articles.getExistOne(id, { load: ['author'] });
  }

  async list(relations: readonly string[] = []): Promise<Article[]> {
    return this.articles.get({}, { fetch: 'all', load: relations });
  }

  async maybe(id: string): Promise<Article | null> {
    const article = await this.articles.getOne(id);
    return article?.isPublished === false ? article : null;
  }

  async wrapped(id: string): Promise<{ article: Article; at: number }> {
    return { article: await this.articles.getExistOne(id), at: 1 };
  }

  async fill(article: Article): Promise<void> {
    const { author } = await this.articles.getExistOne(article.id, { load: ['author'] });
    article.author = author;
  }
}

@Injectable()
export class ArticleService {
  readonly #reader: ArticleReader;

  constructor(
    reader: ArticleReader,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    private readonly unitOfWork: UnitOfWork,
  ) {
    this.#reader = reader;
  }

  show(id: string): Promise<Article> {
    return this.#reader.read(id);
  }

  async authorOf(id: string): Promise<string> {
    const article = await this.#reader.read(id);
    return article.author.name; // RLC003 author
  }

  async authorOfLoaded(id: string): Promise<string> {
    const article = await this.#reader.readWithAuthor(id);
    return article.author.name;
  }

  describe(article: Article): string {
    return `${article.title} by ${article.author.name}`; // RLC003 author
  }

  describeLoaded(article: Article): string {
    return `${article.title} by ${article.author.name}`;
  }

  count = (article: Article): number => article.comments.length; // RLC003 comments

  @Transactional()
  async inTransaction(id: string): Promise<string> {
    const article = await this.articles.getExistOne(id, { withForUpdate: true });
    return article.author.name; // RLC003 author
  }

  @RetryOnConflict()
  @Transactional()
  async retried(id: string): Promise<string> {
    const article = await this.articles.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Timed()
  async timed(id: string): Promise<string> {
    const article = await this.articles.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Timed()
  async timedRead(id: string): Promise<Article> {
    return this.articles.getExistOne(id, { load: ['author'] });
  }

  @RequiresRelations('author')
  async announce(article: Article): Promise<string> {
    return article.author.name;
  }

  @RequiresRelations('author')
  async announceWrongly(article: Article): Promise<number> {
    return article.comments.length; // RLC003 comments
  }

  async nested(id: string): Promise<Article> {
    return this.unitOfWork.run(async () => this.#load(id));
  }

  async #load(id: string): Promise<Article> {
    return this.articles.getExistOne(id, { load: ['author'] });
  }
}

/** What several controllers share. */
abstract class OrderControllerBase {
  @InjectRepository(Order) protected readonly orders: Repository<Order>;

  @Get() async wrongInherited(@Param('id') id: string): Promise<unknown> {
    const order = await this.read(id);
    return order.customer.name; // RLC003 customer
  }

  protected read(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }

  protected async readForChildren(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }
}

@Controller('orders-of-base')
export class InheritingController extends OrderControllerBase {
  @Get() async wrongOwn(@Param('id') id: string) {
    const order = await this.readForChildren(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async own(@Param('id') id: string) {
    const order = await this.read(id);
    return order.number;
  }
}

@Controller('orders-overridden')
export class OverridingController extends OrderControllerBase {
  @Get() override async wrongInherited(@Param('id') id: string) {
    const order = await super.readForChildren(id);
    return order.items.length; // RLC003 items
  }

  @Get() async overridden(@Param('id') id: string) {
    const order = await this.read(id);
    return order.customer.name;
  }

  protected override read(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }
}

@Controller('services')
export class ServicesController {
  readonly #orders: Repository<Order>;
  private readonly readOrder = (id: string): Promise<Order> => this.#orders.findOneByOrFail({ id });

  constructor(
    private readonly service: ArticleService,
    private readonly reader: ArticleReader,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectRepository(Order) orders: Repository<Order>,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
  ) {
    this.#orders = orders;
  }

  @Get() wrongInService(@Param('id') id: string) {
    return this.service.authorOf(id);
  }

  @Get() inService(@Param('id') id: string) {
    return this.service.authorOfLoaded(id);
  }

  @Get() async wrongBehindTwoCalls(@Param('id') id: string) {
    const article = await this.service.show(id);
    return article.author.name; // RLC003 author
  }

  @Get() async behindTwoCalls(@Param('id') id: string) {
    const article = await this.service.nested(id);
    return article.author.name;
  }

  @Get() async wrongPassedToService(@Param('id') id: string) {
    return this.service.describe(await this.articles.getExistOne(id));
  }

  @Get() async passedToService(@Param('id') id: string) {
    return this.service.describeLoaded(await this.articles.getExistOne(id, { load: ['author'] }));
  }

  @Get() async wrongArrowOfService(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return this.service.count(article);
  }

  @Get() wrongTransactionalService(@Param('id') id: string) {
    return this.service.inTransaction(id);
  }

  @Get() wrongRetriedService(@Param('id') id: string) {
    return this.service.retried(id);
  }

  @Get() wrongWrappedService(@Param('id') id: string) {
    return this.service.timed(id);
  }

  @Get() async wrappedService(@Param('id') id: string) {
    const article = await this.service.timedRead(id);
    return article.author.name;
  }

  @Get() @Timed() async wrongWrappedHandler(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Get() @RetryOnConflict() async wrongRetriedHandler(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Get() async requirement(@Param('id') id: string) {
    return this.service.announce(await this.articles.getExistOne(id));
  }

  @Get() async wrongBesideRequirement(@Param('id') id: string) {
    return this.service.announceWrongly(await this.articles.getExistOne(id));
  }

  @Get() async afterRequirement(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.service.announce(article);
    return article.author.name;
  }

  @Get() async wrongListOfService() {
    const [article] = await this.reader.list();
    return article.author.name; // RLC003 author
  }

  @Get() async listOfService() {
    const [article] = await this.reader.list(['author']);
    return article.author.name;
  }

  @Get() async wrongListOfServiceLoads() {
    const [article] = await this.reader.list(['comments']);
    return article.author.name; // RLC003 author
  }

  @Get() async wrongUnionOfService(@Param('id') id: string) {
    const article = await this.reader.maybe(id);
    return article ? article.author.name : null; // RLC003 author
  }

  @Get() async wrongWrapperOfService(@Param('id') id: string) {
    const { article } = await this.reader.wrapped(id);
    return article.author.name; // RLC003 author
  }

  @Get() async filledByService(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.reader.fill(article);
    return article.author.name;
  }

  @Get() async wrongPrivateMethod(@Param('id') id: string) {
    const order = await this.#read(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async privateMethod(@Param('id') id: string) {
    const order = await this.#readLoaded(id);
    return order.customer.name;
  }

  @Get() async wrongArrowProperty(@Param('id') id: string) {
    const order = await this.readOrder(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongOwnGetter(@Param('id') id: string) {
    const order = await this.repository.findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongStatic(@Param('id') id: string) {
    return ServicesController.label(await this.readOrder(id));
  }

  @Get() async wrongModuleFunction(@Param('id') id: string) {
    return itemsOf(await this.readOrder(id));
  }

  @Get() async wrongImportedFunction(@Param('id') id: string) {
    return customerNameOf(await this.readOrder(id));
  }

  @Get() async importedFunction(@Param('id') id: string) {
    return rightCustomerNameOf(await this.#readLoaded(id));
  }

  @Get() async wrongImportedRead(@Param('id') id: string) {
    const article = await readArticle(this.articles, id);
    return article.author.name; // RLC003 author
  }

  @Get() async importedRead(@Param('id') id: string) {
    const article = await readWithAuthor(this.articles, id);
    return article.author.name;
  }

  @Get() async constantRelations(@Param('id') id: string) {
    const order = await this.#orders.findOneOrFail({ where: { id }, relations: ORDER_RELATIONS });
    return [order.customer.name, order.items[0].product.name];
  }

  @Get() async constantLoad(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ARTICLE_LOAD });
    return [article.author.name, article.comments.length];
  }

  @Get() async spreadLoad(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: [...ARTICLE_LOAD, 'tags'] });
    return [article.author.name, article.tags.length];
  }

  @Get() async wrongConstantRelations(@Param('id') id: string) {
    const order = await this.#orders.findOneOrFail({ where: { id }, relations: ITEMS_ONLY });
    return order.customer.name; // RLC003 customer
  }

  @Get() async builtRelations(@Param('id') id: string) {
    const order = await this.#orders.findOneOrFail({ where: { id }, relations: relationsFor('full') });
    return order.customer.name;
  }

  @Get() async spreadRelations(@Param('id') id: string) {
    const order = await this.#orders.findOneOrFail({ where: { id }, relations: { ...ITEMS_ONLY, customer: true } });
    return order.customer.name;
  }

  @Get() async genericHelper() {
    const [order] = await paginate(this.#orders, { relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async fromModuleRef(@Param('id') id: string) {
    const service = this.moduleRef.get(ArticleService, { strict: false });
    const article = await service.nested(id);
    return article.author.name;
  }

  @Get() async wrongRecursion(@Param('id') id: string) {
    return this.depthOf(await this.articles.getExistOne(id, { load: ['parent.parent'] }), 0);
  }

  @Get() async recursion(@Param('id') id: string) {
    return this.countdown(await this.articles.getExistOne(id, { load: ['author'] }), 5);
  }

  private get repository(): Repository<Order> {
    return this.#orders;
  }

  #read(id: string): Promise<Order> {
    return this.#orders.findOneByOrFail({ id });
  }

  async #readLoaded(id: string): Promise<Order> {
    return this.#orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  private static label(order: Order): string {
    return order.customer.name; // RLC003 customer
  }

  private depthOf(article: Article, depth: number): number {
    if (depth > 10) return depth;
    if (article.title === '') return depth + article.comments.length; // RLC003 comments
    return this.depthOf(article.parent as Article, depth + 1); // RLC003 parent
  }

  private countdown(article: Article, rest: number): string {
    return rest === 0 ? article.author.name : this.countdown(article, rest - 1);
  }
}

function itemsOf(order: Order): number {
  return order.items.length; // RLC003 items
}
