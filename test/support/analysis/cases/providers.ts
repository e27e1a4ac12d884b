import {
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  forwardRef,
  type FactoryProvider,
  type Provider,
} from '@nestjs/common';
import { getRepositoryToken, InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { getModelRepositoryToken, InjectModelRepository, ModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Ways to inject what reads. */

export abstract class OrderPort {
  abstract find(id: string): Promise<Order>;
  abstract findFull(id: string): Promise<Order>;
}

@Injectable()
export class OrderAdapter extends OrderPort {
  @InjectRepository(Order) private readonly orders: Repository<Order>;

  find(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }

  findFull(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }
}

type ReadArticle = (id: string) => Promise<Article>;

const readArticle: FactoryProvider<ReadArticle> = {
  provide: 'READ_ARTICLE',
  inject: [getModelRepositoryToken(Article)],
  useFactory: (articles: ModelRepository<Article>) => (id) => articles.getExistOne(id),
};

const readArticleWithAuthor: FactoryProvider<ReadArticle> = {
  provide: 'READ_ARTICLE_WITH_AUTHOR',
  inject: [getModelRepositoryToken(Article)],
  useFactory: (articles: ModelRepository<Article>) => (id) => articles.getExistOne(id, { load: ['author'] }),
};

const orderTools: FactoryProvider = {
  provide: 'ORDER_TOOLS',
  inject: [getRepositoryToken(Order), DataSource],
  useFactory: (orders: Repository<Order>, dataSource: DataSource) => ({
    read: (id: string) => orders.findOneByOrFail({ id }),
    readFull: (id: string) => orders.findOneOrFail({ where: { id }, relations: { customer: true } }),
    manager: dataSource.manager,
  }),
};

export const PROVIDERS: Provider[] = [
  readArticle,
  readArticleWithAuthor,
  orderTools,
  { provide: OrderPort, useExisting: OrderAdapter },
  { provide: 'RELATIONS', useValue: { customer: true } },
];

interface OrderTools {
  read(id: string): Promise<Order>;
  readFull(id: string): Promise<Order>;
  manager: DataSource['manager'];
}

/** Two services that know each other. */
@Injectable()
export class FirstService {
  constructor(
    @Inject(forwardRef(() => SecondService)) private readonly second: unknown,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
  ) {}

  read(id: string): Promise<Article> {
    return this.articles.getExistOne(id);
  }

  readBySecond(id: string): Promise<Article> {
    return (this.second as SecondService).readWithAuthor(id);
  }
}

@Injectable()
export class SecondService {
  constructor(
    @Inject(forwardRef(() => FirstService)) private readonly first: FirstService,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
  ) {}

  readByFirst(id: string): Promise<Article> {
    return this.first.read(id);
  }

  readWithAuthor(id: string): Promise<Article> {
    return this.articles.getExistOne(id, { load: ['author'] });
  }
}

@Controller('providers')
export class ProvidersController {
  constructor(
    private readonly port: OrderPort,
    @Inject('READ_ARTICLE') private readonly readArticle: ReadArticle,
    @Inject('READ_ARTICLE_WITH_AUTHOR') private readonly readArticleWithAuthor: ReadArticle,
    @Inject('ORDER_TOOLS') private readonly tools: OrderTools,
    @Inject('RELATIONS') private readonly relations: Record<string, boolean>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    private readonly first: FirstService,
    private readonly second: SecondService,
  ) {}

  @Get() async wrongPort(@Param('id') id: string) {
    const order = await this.port.find(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async ofPort(@Param('id') id: string) {
    const order = await this.port.findFull(id);
    return order.customer.name;
  }

  @Get() async wrongFactory(@Param('id') id: string) {
    const article = await this.readArticle(id);
    return article.author.name; // RLC003 author
  }

  @Get() async ofFactory(@Param('id') id: string) {
    const article = await this.readArticleWithAuthor(id);
    return article.author.name;
  }

  @Get() async wrongObject(@Param('id') id: string) {
    const order = await this.tools.read(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async ofObject(@Param('id') id: string) {
    const order = await this.tools.readFull(id);
    return order.customer.name;
  }

  @Get() async wrongManagerOfObject(@Param('id') id: string) {
    const order = await this.tools.manager.findOneByOrFail(Order, { id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async injectedRelations(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: this.relations });
    return order.customer.name;
  }

  @Get() async wrongCircle(@Param('id') id: string) {
    const article = await this.second.readByFirst(id);
    return article.author.name; // RLC003 author
  }

  @Get() async circle(@Param('id') id: string) {
    const article = await this.first.readBySecond(id);
    return article.author.name;
  }
}
