import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository, type FindOneOptions, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import { InjectModelRepository, ModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Repositories and services of the application's own, as generic as people write them. */

@Injectable()
export class OrderRepository extends Repository<Order> {
  constructor(dataSource: DataSource) {
    super(Order, dataSource.createEntityManager());
  }

  bare(id: string): Promise<Order> {
    return this.findOneByOrFail({ id });
  }

  withCustomer(id: string): Promise<Order> {
    return this.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  open(): Promise<Order[]> {
    return this.createQueryBuilder('order').where('order.state = :state', { state: 'open' }).getMany();
  }

  openWithCustomer(): Promise<Order[]> {
    return this.createQueryBuilder('order').leftJoinAndSelect('order.customer', 'customer').getMany();
  }

  async label(id: string): Promise<string> {
    const order = await this.bare(id);
    return order.customer.name; // RLC003 customer
  }

  override async findOneBy(where: FindOptionsWhere<Order>): Promise<Order | null> {
    return this.findOne({ where, relations: { customer: true } });
  }
}

@Injectable()
export class ArticleRepository extends ModelRepository<Article> {
  constructor(dataSource: DataSource) {
    super(Article, dataSource);
  }

  async bare(id: string): Promise<Article> {
    return this.getExistOne(id);
  }

  async withAuthor(id: string): Promise<Article> {
    return this.getExistOne(id, { load: ['author'] });
  }
}

/** What all services have. */
abstract class CrudService<Row extends ObjectLiteral> {
  protected readonly relations: Record<string, boolean> = {};

  constructor(protected readonly repository: Repository<Row>) {}

  findOne(id: string): Promise<Row> {
    return this.repository.findOneOrFail({
      where: { id },
      relations: this.relations,
    } as unknown as FindOneOptions<Row>);
  }

  async list(): Promise<{ items: Row[]; total: number }> {
    const [items, total] = await this.repository.findAndCount({ relations: this.relations } as object);
    return { items, total };
  }

  create(values: Partial<Row>): Promise<Row> {
    return this.repository.save(this.repository.create(values as Row));
  }
}

@Injectable()
export class BareOrderService extends CrudService<Order> {
  constructor(@InjectRepository(Order) orders: Repository<Order>) {
    super(orders);
  }
}

@Injectable()
export class OrderService extends CrudService<Order> {
  protected override readonly relations = { customer: true };

  constructor(@InjectRepository(Order) orders: Repository<Order>) {
    super(orders);
  }
}

@Injectable()
export class CustomerService extends CrudService<Customer> {
  constructor(@InjectRepository(Customer) customers: Repository<Customer>) {
    super(customers);
  }

  override async findOne(id: string): Promise<Customer> {
    const customer = await super.findOne(id);
    customer.orders = [];
    return customer;
  }
}

@Controller('custom-repositories')
export class CustomRepositoriesController {
  constructor(
    private readonly orderRepository: OrderRepository,
    private readonly articleRepository: ArticleRepository,
    private readonly bareOrders: BareOrderService,
    private readonly orders: OrderService,
    private readonly customers: CustomerService,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
  ) {}

  @Get() async wrongOwnMethod(@Param('id') id: string) {
    const order = await this.orderRepository.bare(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async ownMethod(@Param('id') id: string) {
    const order = await this.orderRepository.withCustomer(id);
    return order.customer.name;
  }

  @Get() async wrongOwnBuilder() {
    const [order] = await this.orderRepository.open();
    return order.customer.name; // RLC003 customer
  }

  @Get() async ownBuilder() {
    const [order] = await this.orderRepository.openWithCustomer();
    return order.customer.name;
  }

  @Get() async wrongInherited(@Param('id') id: string) {
    const order = await this.orderRepository.findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async overridden(@Param('id') id: string) {
    const order = await this.orderRepository.findOneBy({ id });
    return order?.customer.name;
  }

  @Get() wrongInside(@Param('id') id: string) {
    return this.orderRepository.label(id);
  }

  @Get() async wrongOwnModelMethod(@Param('id') id: string) {
    const article = await this.articleRepository.bare(id);
    return article.author.name; // RLC003 author
  }

  @Get() async ownModelMethod(@Param('id') id: string) {
    const article = await this.articleRepository.withAuthor(id);
    return article.author.name;
  }

  @Get() async wrongInheritedModelMethod(@Param('id') id: string) {
    const article: Article = await this.articleRepository.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Get() async wrongGenericService(@Param('id') id: string) {
    const order = await this.bareOrders.findOne(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async genericService(@Param('id') id: string) {
    const order = await this.orders.findOne(id);
    return order.customer.name;
  }

  @Get() async wrongGenericServiceOther(@Param('id') id: string) {
    const order = await this.orders.findOne(id);
    return order.items.length; // RLC003 items
  }

  @Get() async wrongGenericList() {
    const { items } = await this.bareOrders.list();
    return items.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async genericList() {
    const { items } = await this.orders.list();
    return items.map((order) => order.customer.name);
  }

  @Get() async wrongGenericCreate(@Param('id') id: string) {
    const order = await this.orders.create({ id: 'new', customerId: id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async genericCreate(@Param('id') id: string) {
    const order = await this.orders.create({ id: 'new', customer: await this.customers.findOne(id) });
    return order.customer.name;
  }

  @Get() async overriddenService(@Param('id') id: string) {
    const customer = await this.customers.findOne(id);
    return customer.orders.length;
  }

  @Get() async updateByBody(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    return this.articles.update(article, { title: id });
  }
}
