/* eslint-disable @typescript-eslint/no-unused-expressions -- as people write it */
import { EventEmitter } from 'node:events';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { FindOneOptions, Repository } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Item, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Right code whose relations come by a side effect, far from where they are read. */

const STEPS: ((order: Order, customers: Repository<Customer>) => Promise<void>)[] = [
  async (order) => {
    order.state = 'seen';
  },
  async (order, customers) => {
    order.customer = await customers.findOneByOrFail({ id: order.customerId });
  },
];

/** Options, step by step. */
class OptionsBuilder {
  readonly #relations: Record<string, boolean> = {};

  with(relation: string): this {
    this.#relations[relation] = true;
    return this;
  }

  build(id: string): FindOneOptions<Order> {
    return { where: { id }, relations: this.#relations };
  }
}

/** Holds an order, and completes it. */
class Holder {
  constructor(
    readonly order: Order,
    private readonly customers: Repository<Customer>,
  ) {}

  async complete(): Promise<this> {
    this.order.customer = await this.customers.findOneByOrFail({ id: this.order.customerId });
    return this;
  }

  set customer(customer: Customer) {
    this.order.customer = customer;
  }
}

@Controller('silent-effects')
export class SilentEffectsController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Item) private readonly items: Repository<Item>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
  ) {}

  // Handed to somebody

  @Get() async inObject(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await this.completeAll({ orders: [order] });
    return order.customer.name;
  }

  @Get() async inList() {
    const orders = await this.orders.find();
    await this.completeAll({ orders });
    return orders.map((order) => order.customer.name);
  }

  @Get() async toStranger(@Param('id') id: string) {
    const events = new EventEmitter();
    const customer = await this.customers.findOneByOrFail({ id });
    events.on('order', ({ order }: { order: Order }) => void (order.customer = customer));
    const order = await this.orders.findOneByOrFail({ id });
    events.emit('order', { order });
    return order.customer.name;
  }

  @Get() async closureToStranger(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const order = await this.orders.findOneByOrFail({ id });
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        order.customer = customer;
        resolve();
      });
    });
    return order.customer.name;
  }

  @Get() async steps(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    for (const step of STEPS) await step(order, this.customers);
    return order.customer.name;
  }

  @Get() async reducedSteps(@Param('id') id: string) {
    const order = await STEPS.reduce(async (previous, step) => {
      const current = await previous;
      await step(current, this.customers);
      return current;
    }, this.orders.findOneByOrFail({ id }));
    return order.customer.name;
  }

  @Get() async sideBySide(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await Promise.all([this.completeCustomer(order), this.completeItems(order)]);
    return [order.customer.name, order.items.length];
  }

  @Get() async settled(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await Promise.allSettled([this.completeCustomer(order)]);
    return order.customer.name;
  }

  @Get() async chosen(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    for (const complete of [this.completeCustomer, this.completeItems]) await complete.call(this, order);
    return [order.customer.name, order.items.length];
  }

  @Get() async byMethodName(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const names = ['Customer', 'Items'] as const;
    for (const name of names) await this[`complete${name}`](order);
    return [order.customer.name, order.items.length];
  }

  @Get() async held(@Param('id') id: string) {
    const holder = new Holder(await this.orders.findOneByOrFail({ id }), this.customers);
    await holder.complete();
    return holder.order.customer.name;
  }

  @Get() async heldChained(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const { order: same } = await new Holder(order, this.customers).complete();
    return [same.customer.name, order.customer.name];
  }

  @Get() async heldSetter(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    new Holder(order, this.customers).customer = await this.customers.findOneByOrFail({ id });
    return order.customer.name;
  }

  @Get() async farAway(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await this.passOn(order, 60);
    return order.customer.name;
  }

  @Get() async tree(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { strict: false });
    await this.loadChildren(article, 2);
    return article.children.map((child) => child.children.length);
  }

  @Get() async mutual(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await this.ping(order, 3);
    return order.customer.name;
  }

  // Conditions as statements

  @Get() async andAssigned(@Param('id') id: string, @Query('full') full: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = await this.customers.findOneByOrFail({ id });
    full && (order.customer = customer);
    return full ? order.customer.name : null;
  }

  @Get() async orAssigned(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return (order.customer || (order.customer = await this.customers.findOneByOrFail({ id }))).name;
  }

  @Get() async assignedInCondition(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if ((order.customer = await this.customers.findOneByOrFail({ id }))) return order.customer.name;
    return null;
  }

  @Get() async assignedInTry(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    try {
      order.customer = await this.customers.findOneByOrFail({ id });
      if (order.number > 0) throw new Error('after that');
    } catch {
      return order.customer.name;
    }
    return order.customer.name;
  }

  @Get() async severalCases(@Param('id') id: string, @Query('kind') kind: string) {
    const order = await this.orders.findOneByOrFail({ id });
    switch (kind) {
      case 'none':
        return null;
      case 'half':
      case 'full':
      default:
        order.customer = await this.customers.findOneByOrFail({ id });
    }
    return order.customer.name;
  }

  @Get() async probeInHelper(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (!this.hasCustomer(order)) order.customer = await this.customers.findOneByOrFail({ id });
    return order.customer.name;
  }

  @Get() async probeBothWays(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const isComplete = order.customer !== undefined && order.items !== undefined;
    if (!isComplete) {
      await this.completeCustomer(order);
      await this.completeItems(order);
    }
    return [order.customer.name, order.items.length];
  }

  // Options

  @Get() async optionsLater(@Param('id') id: string) {
    const options: FindOneOptions<Order> = { where: { id } };
    options.relations = { customer: true };
    const order = await this.orders.findOneOrFail(options);
    return order.customer.name;
  }

  @Get() async optionsByHelper(@Param('id') id: string) {
    const options: FindOneOptions<Order> = { where: { id } };
    this.addCustomer(options);
    const order = await this.orders.findOneOrFail(options);
    return order.customer.name;
  }

  @Get() async optionsBuilder(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail(new OptionsBuilder().with('customer').with('items').build(id));
    return [order.customer.name, order.items.length];
  }

  @Get() async spreadArguments(@Param('id') id: string) {
    const args: [FindOneOptions<Order>] = [{ where: { id }, relations: { customer: true } }];
    const order = await this.orders.findOneOrFail(...args);
    return order.customer.name;
  }

  @Get() async applied(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail.apply(this.orders, [
      { where: { id }, relations: { customer: true } },
    ]);
    return order.customer.name;
  }

  @Get() async reflected(@Param('id') id: string) {
    const find: (options: FindOneOptions<Order>) => Promise<Order> = this.orders.findOneOrFail.bind(this.orders);
    const order = await find({ where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async relationsBySet(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: [...new Set(['author', 'comments', 'author'])] });
    return [article.author.name, article.comments.length];
  }

  @Get() async relationsByFilter(@Param('id') id: string) {
    const load = ['author', '', 'comments'].filter(Boolean);
    const article = await this.articles.getExistOne(id, { load });
    return [article.author.name, article.comments.length];
  }

  @Get() async relationsByConcat(@Param('id') id: string) {
    const load = ['author'].concat(['comments']);
    const article = await this.articles.getExistOne(id, { load });
    return [article.author.name, article.comments.length];
  }

  @Get() async relationsByEnvironment(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({
      where: { id },
      relations: { customer: process.env['NO_CUSTOMERS'] === undefined },
    });
    return order.customer.name;
  }

  @Get() async relationsComputed(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { [`cust${'omer'}`]: true } });
    return order.customer.name;
  }

  @Get() async relationsReduced(@Param('id') id: string) {
    const relations = ['customer', 'items'].reduce<Record<string, boolean>>(
      (all, name) => ({ ...all, [name]: true }),
      {},
    );
    const order = await this.orders.findOneOrFail({ where: { id }, relations });
    return [order.customer.name, order.items.length];
  }

  private async completeAll({ orders }: { orders: Order[] }): Promise<void> {
    await Promise.all(orders.map((order) => this.completeCustomer(order)));
  }

  private async completeCustomer(order: Order): Promise<void> {
    order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
  }

  private async completeItems(order: Order): Promise<void> {
    order.items = await this.items.findBy({ orderId: order.id });
  }

  private async passOn(order: Order, rest: number): Promise<void> {
    if (rest > 0) await this.passOn(order, rest - 1);
    else await this.completeCustomer(order);
  }

  private async loadChildren(article: Article, depth: number): Promise<void> {
    article.children = depth === 0 ? [] : await this.articles.get({ parentId: article.id }, { fetch: 'all' });
    for (const child of article.children) await this.loadChildren(child, depth - 1);
  }

  private async ping(order: Order, rest: number): Promise<void> {
    if (rest > 0) return this.pong(order, rest - 1);
    return this.completeCustomer(order);
  }

  private async pong(order: Order, rest: number): Promise<void> {
    return this.ping(order, rest);
  }

  private hasCustomer(order: Order): boolean {
    return order.customer !== undefined;
  }

  private addCustomer(options: FindOneOptions<Order>): void {
    options.relations = { ...options.relations, customer: true };
  }
}
