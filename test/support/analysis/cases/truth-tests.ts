/* eslint-disable eqeqeq -- as people write it */
import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository, isLoaded } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Item, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Questions whose answer is always the same, because the relation was not loaded. */
@Controller('truth-tests')
export class TruthTestsController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Item) private readonly items: Repository<Item>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
  ) {}

  @Get() async wrongIf(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.customer) return 'has a customer'; // RLC011 customer
    return 'has none';
  }

  @Get() async wrongIfOfModel(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    if (article.parent) return 'an answer'; // RLC011 parent
    return 'a question';
  }

  @Get() async wrongNot(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (!order.customer) throw new NotFoundException(); // RLC011 customer
    return order.number;
  }

  @Get() async wrongTernary(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer ? 'sold' : 'open'; // RLC011 customer
  }

  @Get() async wrongTernaryThatReads(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer ? order.customer.name : null; // RLC011 customer
  }

  @Get() async wrongAnd(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer && order.number; // RLC011 customer
  }

  @Get() async wrongAndThatReads(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return { name: order.customer && order.customer.name }; // RLC011 customer
  }

  @Get() async wrongOr(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer || 'nobody'; // RLC011|RLC003 customer
  }

  @Get() async wrongNullish(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer ?? 'nobody'; // RLC011|RLC003 customer
  }

  @Get() async wrongUndefined(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer === undefined; // RLC011 customer
  }

  @Get() async wrongNull(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    if (article.parent === null) return 'root'; // RLC011 parent
    return 'leaf';
  }

  @Get() async wrongLooseNull(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.parent != null; // RLC011 parent
  }

  @Get() async wrongDoubleNot(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return { isSold: !!order.customer }; // RLC011 customer
  }

  @Get() async wrongBoolean(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return Boolean(order.customer); // RLC011|RLC003 customer
  }

  @Get() async wrongInCondition(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.number > 0 && order.customer) return 'sold'; // RLC011 customer
    return 'open';
  }

  @Get() async wrongFilter() {
    const items = await this.items.find();
    return items.filter((item) => item.product).length; // RLC011|RLC003 product
  }

  @Get() async wrongSome() {
    const items = await this.items.find();
    return items.some((item) => !item.product); // RLC011 product
  }

  @Get() async wrongInService(@Param('id') id: string) {
    return this.isSold(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async wrongDestructured(@Param('id') id: string) {
    const { customer } = await this.orders.findOneByOrFail({ id }); // RLC011|RLC003 customer
    return customer ? 'sold' : 'open';
  }

  @Get() async wrongVariable(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const hasCustomer = !!order.customer; // RLC011 customer
    return hasCustomer ? 'sold' : 'open';
  }

  @Get() async wrongWhile(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    let depth = 0;
    while (article.parent) depth++; // RLC011 parent
    return depth;
  }

  @Get() async loaded(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['parent'] });
    if (article.parent) return article.parent.title;
    return article.parent === null ? 'root' : 'leaf';
  }

  @Get() async loadedList() {
    const items = await this.items.find({ relations: { product: true } });
    return items.filter((item) => item.product).map((item) => item.product.name);
  }

  @Get() async loadedDifferently(@Param('id') id: string) {
    return this.isSoldOfLoaded(await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
  }

  @Get() async keys(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.parentId ? 'an answer' : 'a question';
  }

  @Get() async probe(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    if (!order.customer) order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async probeOfModel(@Param('id') id: string) {
    let article = await this.articles.getExistOne(id, { strict: false });
    if (!article.author) article = await this.articles.getExistOne(id, { load: ['author'] });
    return article.author.name;
  }

  @Get() async probeByCall(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (!order.customer) await this.fill(order);
    return order.customer.name;
  }

  @Get() async probeAnd(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.customer && order.items) return order.customer.name;
    const full = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true, items: true } });
    return full.items.length;
  }

  @Get() async probeInLoop() {
    const orders = await this.orders.find();
    for (const order of orders) {
      if (order.customer) continue;
      order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    }
    return orders.map((order) => order.customer.name);
  }

  @Get() async probeSwitchedRound(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = !order.customer ? await this.customers.findOneByOrFail({ id }) : order.customer;
    return customer.name;
  }

  @Get() async probeOr(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = order.customer || (await this.customers.findOneByOrFail({ id: order.customerId }));
    return customer.name;
  }

  @Get() async probeTypeof(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (typeof order.customer === 'undefined') order.customer = await this.customers.findOneByOrFail({ id });
    return order.customer.name;
  }

  @Get() async probeInService(@Param('id') id: string) {
    return this.nameOf(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async asked(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return isLoaded(article, 'parent') && article.parent !== null;
  }

  @Get() async newEntity() {
    const order = new Order();
    return order.customer ? 'sold' : 'open';
  }

  @Get() async created(@Param('id') id: string) {
    const order = this.orders.create({ id });
    return !order.customer;
  }

  @Get() async assigned(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.customer = await this.customers.findOneByOrFail({ id });
    return order.customer ? 'sold' : 'open';
  }

  private isSold(order: Order): boolean {
    return order.customer !== undefined; // RLC011 customer
  }

  private isSoldOfLoaded(order: Order): boolean {
    return Boolean(order.customer);
  }

  private async nameOf(order: Order): Promise<string> {
    if (order.customer) return order.customer.name;
    return (await this.customers.findOneByOrFail({ id: order.customerId })).name;
  }

  private async fill(order: Order): Promise<void> {
    order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
  }
}
