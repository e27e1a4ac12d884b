import { Controller, Get, Param, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Brackets, DataSource, Repository, type SelectQueryBuilder } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Item, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Entities that query builders give. */
@Controller('query-builder')
export class QueryBuilderController {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Item) private readonly items: Repository<Item>,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    private readonly dataSource: DataSource,
  ) {}

  @Get() async wrongGetOne(@Param('id') id: string) {
    const order = await this.orders.createQueryBuilder('order').where('order.id = :id', { id }).getOne();
    return order?.customer.name; // RLC003 customer
  }

  @Get() async getOne(@Param('id') id: string) {
    const order = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndSelect('order.customer', 'customer')
      .where('order.id = :id', { id })
      .getOne();
    return order?.customer.name;
  }

  @Get() async wrongGetOneOrFail(@Param('id') id: string) {
    const order = await this.orders.createQueryBuilder('order').where({ id }).getOneOrFail();
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongGetMany() {
    const orders = await this.orders.createQueryBuilder('order').orderBy('order.number').take(5).getMany();
    return orders[0].items.length; // RLC003 items
  }

  @Get() async getMany() {
    const orders = await this.orders.createQueryBuilder('order').innerJoinAndSelect('order.items', 'item').getMany();
    return orders[0].items.length;
  }

  @Get() async wrongGetManyAndCount() {
    const [orders, count] = await this.orders.createQueryBuilder('order').getManyAndCount();
    return { count, name: orders[0].customer.name }; // RLC003 customer
  }

  @Get() async getManyAndCount() {
    const [orders, count] = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndSelect('order.customer', 'customer')
      .getManyAndCount();
    return { count, name: orders[0].customer.name };
  }

  @Get() async wrongJoinThatFilters() {
    const orders = await this.orders
      .createQueryBuilder('order')
      .leftJoin('order.customer', 'customer')
      .where('customer.name = :name', { name: 'Ben' })
      .getMany();
    return orders[0].customer.name; // RLC003 customer
  }

  @Get() async wrongInnerJoinThatFilters() {
    const orders = await this.orders
      .createQueryBuilder('order')
      .innerJoin('order.items', 'item', 'item.quantity > 0')
      .getMany();
    return orders[0].items.length; // RLC003 items
  }

  @Get() async joinAndAddSelect() {
    const orders = await this.orders
      .createQueryBuilder('order')
      .leftJoin('order.customer', 'customer')
      .addSelect(['customer.id', 'customer.name'])
      .getMany();
    return orders[0].customer.name;
  }

  @Get() async joinAndAddSelectAll() {
    const orders = await this.orders
      .createQueryBuilder('order')
      .leftJoin('order.customer', 'customer')
      .addSelect('customer')
      .getMany();
    return orders[0].customer.name;
  }

  @Get() async wrongSelectAfterJoin() {
    const orders = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndSelect('order.customer', 'customer')
      .select(['order.id', 'order.number'])
      .getMany();
    return orders[0].customer.name; // RLC003 customer
  }

  @Get() async selectBothAliases() {
    const orders = await this.orders
      .createQueryBuilder('order')
      .leftJoin('order.customer', 'customer')
      .select(['order', 'customer'])
      .getMany();
    return orders[0].customer.name;
  }

  @Get() async wrongOtherJoin(@Param('id') id: string) {
    const order = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndSelect('order.items', 'item')
      .where('order.id = :id', { id })
      .getOneOrFail();
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongBehindJoin() {
    const orders = await this.orders.createQueryBuilder('order').leftJoinAndSelect('order.items', 'item').getMany();
    return orders[0].items[0].product.name; // RLC003 product
  }

  @Get() async joinOfJoin() {
    const orders = await this.orders
      .createQueryBuilder('o')
      .leftJoinAndSelect('o.items', 'i')
      .leftJoinAndSelect('i.product', 'p')
      .getMany();
    return orders[0].items[0].product.name;
  }

  @Get() async wrongJoinOfJoin() {
    const orders = await this.orders
      .createQueryBuilder('o')
      .leftJoinAndSelect('o.items', 'i')
      .leftJoin('i.product', 'p')
      .where('p.price > 0')
      .getMany();
    return orders[0].items[0].product.name; // RLC003 product
  }

  @Get() async wrongSteps(@Query('state') state: string) {
    const query = this.orders.createQueryBuilder('order');
    if (state === 'paid') query.andWhere('order.state = :state', { state });
    query.orderBy('order.number', 'DESC').skip(0).take(10);
    const orders = await query.getMany();
    return orders[0].customer.name; // RLC003 customer
  }

  @Get() async steps() {
    const query = this.orders.createQueryBuilder('order');
    query.leftJoinAndSelect('order.customer', 'customer');
    query.andWhere(new Brackets((or) => or.where('order.number = 1').orWhere('customer.name = :name', { name: 'x' })));
    const orders = await query.getMany();
    return orders[0].customer.name;
  }

  @Get() async joinUnderCondition(@Query('withCustomer') withCustomer: string) {
    const query = this.orders.createQueryBuilder('order');
    if (withCustomer) query.leftJoinAndSelect('order.customer', 'customer');
    const order = await query.getOneOrFail();
    return withCustomer ? order.customer.name : order.number;
  }

  @Get() async reassignedBuilder(@Query('withCustomer') withCustomer: string) {
    let query = this.orders.createQueryBuilder('order');
    if (withCustomer) query = query.leftJoinAndSelect('order.customer', 'customer');
    const order = await query.getOneOrFail();
    return withCustomer ? order.customer.name : order.number;
  }

  @Get() async wrongHelper(@Param('id') id: string) {
    const order = await this.mine(this.orders.createQueryBuilder('order'), id).getOneOrFail();
    return order.customer.name; // RLC003 customer
  }

  @Get() async helperThatJoins(@Param('id') id: string) {
    const query = this.orders.createQueryBuilder('order');
    this.joinCustomer(query);
    const order = await this.mine(query, id).getOneOrFail();
    return order.customer.name;
  }

  @Get() async functionThatJoins(@Param('id') id: string) {
    const order = await withCustomer(this.orders.createQueryBuilder('order')).andWhere({ id }).getOneOrFail();
    return order.customer.name;
  }

  @Get() async joinsInLoop() {
    const query = this.orders.createQueryBuilder('order');
    for (const relation of ['customer', 'items']) query.leftJoinAndSelect(`order.${relation}`, relation);
    const order = await query.getOneOrFail();
    return [order.customer.name, order.items.length];
  }

  @Get() async findOptions() {
    const order = await this.orders
      .createQueryBuilder('order')
      .setFindOptions({ relations: { customer: true } })
      .getOneOrFail();
    return order.customer.name;
  }

  @Get() async wrongMappedElsewhere() {
    const order = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndMapOne('order.buyer', 'order.customer', 'customer')
      .getOneOrFail();
    return order.customer.name; // RLC003 customer
  }

  @Get() async mapped() {
    const order = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndMapMany('order.items', Item, 'item', 'item.orderId = order.id')
      .getOneOrFail();
    return order.items.length;
  }

  @Get() async clonedBuilder() {
    const query = this.orders.createQueryBuilder('order').leftJoinAndSelect('order.customer', 'customer');
    const [order] = await query.clone().andWhere('order.number = 1').getMany();
    return order.customer.name;
  }

  @Get() async wrongOfDataSource() {
    const order = await this.dataSource
      .createQueryBuilder()
      .select('order')
      .from(Order, 'order')
      .where('order.number = 1')
      .getOneOrFail();
    return order.customer.name; // RLC003 customer
  }

  @Get() async ofDataSource() {
    const order = await this.dataSource
      .createQueryBuilder(Order, 'order')
      .leftJoinAndSelect('order.customer', 'customer')
      .getOneOrFail();
    return order.customer.name;
  }

  @Get() async wrongOfManager() {
    const order = await this.dataSource.manager.createQueryBuilder(Order, 'order').getOneOrFail();
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongOfModel(@Param('id') id: string) {
    const article = await this.articles.typeorm.createQueryBuilder('article').where({ id }).getOneOrFail();
    return article.author.name; // RLC003 author
  }

  @Get() async ofModel(@Param('id') id: string) {
    const article = await this.articles.typeorm
      .createQueryBuilder('article')
      .leftJoinAndSelect('article.author', 'author')
      .where({ id })
      .getOneOrFail();
    return article.author.name;
  }

  @Get() async wrongEager(@Param('id') id: string) {
    const article = await this.articles.typeorm.createQueryBuilder('article').where({ id }).getOneOrFail();
    return article.section.name; // RLC003 section
  }

  @Get() async eagerByFindOptions(@Param('id') id: string) {
    const article = await this.articles.typeorm
      .createQueryBuilder('article')
      .setFindOptions({ where: { id } })
      .getOneOrFail();
    return article.section.name;
  }

  @Get() async rawAndEntities() {
    const { entities } = await this.orders
      .createQueryBuilder('order')
      .leftJoinAndSelect('order.customer', 'customer')
      .getRawAndEntities();
    return entities[0].customer.name;
  }

  @Get() async rawRows() {
    const rows = await this.orders
      .createQueryBuilder('order')
      .leftJoin('order.customer', 'customer')
      .select('order.id', 'id')
      .addSelect('customer.name', 'customer')
      .getRawMany<{ id: string; customer: string }>();
    return rows.map((row) => row.customer.length);
  }

  @Get() async rawRow() {
    const row = await this.items
      .createQueryBuilder('item')
      .innerJoin('item.product', 'product')
      .select('product.name', 'product')
      .addSelect('SUM(item.quantity)', 'quantity')
      .groupBy('product.name')
      .getRawOne<{ product: string; quantity: number }>();
    return row?.product.length;
  }

  @Get() async relationBuilder(@Param('id') id: string) {
    const customer = await this.orders.createQueryBuilder().relation('customer').of(id).loadOne<Customer>();
    return customer?.name;
  }

  private mine(query: SelectQueryBuilder<Order>, id: string): SelectQueryBuilder<Order> {
    return query.andWhere('order.customerId = :id', { id });
  }

  private joinCustomer(query: SelectQueryBuilder<Order>): void {
    query.leftJoinAndSelect('order.customer', 'customer');
  }
}

function withCustomer(query: SelectQueryBuilder<Order>): SelectQueryBuilder<Order> {
  return query.leftJoinAndSelect('order.customer', 'customer');
}
