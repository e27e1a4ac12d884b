/* eslint-disable @typescript-eslint/no-for-in-array -- as people write it */
import { Controller, Get, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, User } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Lists of entities: loops, callbacks, promises. */
@Controller('collections')
export class CollectionsController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
  ) {}

  @Get() async wrongForOf() {
    const names: string[] = [];
    for (const order of await this.orders.find()) {
      names.push(order.customer.name); // RLC003 customer
    }
    return names;
  }

  @Get() async forOf() {
    const names: string[] = [];
    for (const { customer } of await this.orders.find({ relations: { customer: true } })) names.push(customer.name);
    return names;
  }

  @Get() async wrongForOfDestructured() {
    const articles = await this.articles.get({}, { fetch: 'all' });
    for (const { author } of articles) this.note(author.name); // RLC003 author
  }

  @Get() async wrongForIndex() {
    const orders = await this.orders.find();
    for (let index = 0; index < orders.length; index++) {
      this.note(orders[index].customer.name); // RLC003 customer
    }
  }

  @Get() async wrongForIn() {
    const orders = await this.orders.find();
    for (const index in orders) {
      this.note(orders[index].customer.name); // RLC003 customer
    }
  }

  @Get() async wrongWhile() {
    const orders = await this.orders.find();
    let order = orders.pop();
    while (order) {
      this.note(order.customer.name); // RLC003 customer
      order = orders.pop();
    }
  }

  @Get() async wrongForAwait() {
    for await (const article of this.articles.stream()) this.note(article.author.name); // RLC003 author
  }

  @Get() async wrongEntries() {
    const orders = await this.orders.find();
    for (const [index, order] of orders.entries()) {
      this.note(`${index} ${order.customer.name}`); // RLC003 customer
    }
  }

  @Get() async wrongMap() {
    const orders = await this.orders.find();
    return orders.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async map() {
    const orders = await this.orders.find({ relations: { customer: true } });
    return orders.map((order) => order.customer.name);
  }

  @Get() async wrongMapDestructured() {
    const orders = await this.orders.find();
    return orders.map(({ number, customer }) => `${number} ${customer.name}`); // RLC003 customer
  }

  @Get() async wrongMapFunction() {
    const orders = await this.orders.find();
    return orders.map(function (order) {
      return order.customer.name; // RLC003 customer
    });
  }

  @Get() async wrongMapMethod() {
    const orders = await this.orders.find();
    return orders.map((order) => this.describe(order));
  }

  @Get() async wrongMapReference() {
    const orders = await this.orders.find();
    return orders.map(labelOf);
  }

  @Get() async wrongFilter() {
    const orders = await this.orders.find();
    return orders.filter((order) => order.customer.name === 'Ben'); // RLC003 customer
  }

  @Get() async wrongFilterThenMap() {
    const orders = await this.orders.find();
    return orders.filter((order) => order.number > 0).map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async filterThenMap() {
    const orders = await this.orders.find({ relations: { customer: true } });
    return orders
      .filter((order) => order.state === 'open')
      .slice(0, 5)
      .map((order) => order.customer.name);
  }

  @Get() async wrongFind() {
    const orders = await this.orders.find();
    const order = orders.find((each) => each.number === 1);
    return order?.customer.name; // RLC003 customer
  }

  @Get() async wrongAt() {
    const orders = await this.orders.find();
    return orders.at(-1)?.customer.name; // RLC003 customer
  }

  @Get() async wrongForEach() {
    const orders = await this.orders.find();
    orders.forEach((order) => this.note(order.customer.name)); // RLC003 customer
  }

  @Get() async wrongReduce() {
    const orders = await this.orders.find();
    return orders.reduce((sum, order) => sum + order.items.length, 0); // RLC003 items
  }

  @Get() async reduce() {
    const orders = await this.orders.find({ relations: { items: true } });
    return orders.reduce((sum, order) => sum + order.items.length, 0);
  }

  @Get() async wrongSome() {
    const orders = await this.orders.find();
    return orders.some((order) => order.items.length > 1); // RLC003 items
  }

  @Get() async wrongEvery() {
    const orders = await this.orders.find();
    return orders.every(({ items }) => items.length > 1); // RLC003 items
  }

  @Get() async wrongFlatMap() {
    const orders = await this.orders.find();
    return orders.flatMap((order) => order.items.slice(1)); // RLC003 items
  }

  @Get() async flatMap() {
    const orders = await this.orders.find({ relations: { items: { product: true } } });
    return orders.flatMap((order) => order.items).map((item) => item.product.name);
  }

  @Get() async wrongBehindFlatMap() {
    const orders = await this.orders.find({ relations: { items: true } });
    return orders.flatMap((order) => order.items).map((item) => item.product.name); // RLC003 product
  }

  @Get() async wrongSort() {
    const orders = await this.orders.find();
    return orders.sort((a, b) => a.customer.name.localeCompare(b.number.toFixed())); // RLC003 customer
  }

  @Get() async wrongSorted() {
    const orders = await this.orders.find();
    const [first] = [...orders].sort((a, b) => a.number - b.number);
    return first.customer.name; // RLC003 customer
  }

  @Get() async wrongConcat() {
    const orders = (await this.orders.find()).concat(await this.orders.findBy({ number: 1 }));
    return orders.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async wrongSpreadList() {
    const orders = await this.orders.find();
    const all = [...orders, ...orders];
    return all.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async wrongPushed() {
    const kept: Order[] = [];
    for (const order of await this.orders.find()) kept.push(order);
    return kept.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async pushed() {
    const kept: Order[] = [];
    for (const order of await this.orders.find()) {
      order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
      kept.push(order);
    }
    return kept.map((order) => order.customer.name);
  }

  @Get() async wrongPromiseAll() {
    const orders = await this.orders.find();
    return Promise.all(orders.map(async (order) => order.customer.name)); // RLC003 customer
  }

  @Get() async wrongPromiseAllReads(@Param('id') id: string) {
    const articles = await Promise.all([id].map((each) => this.articles.getExistOne(each)));
    return articles.map((article) => article.author.name); // RLC003 author
  }

  @Get() async promiseAllReads(@Param('id') id: string) {
    const articles = await Promise.all([id].map((each) => this.articles.getExistOne(each, { load: ['author'] })));
    return articles.map((article) => article.author.name);
  }

  @Get() async promiseAllLoads() {
    const orders = await this.orders.find();
    await Promise.all(
      orders.map(async (order) => {
        order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
      }),
    );
    return orders.map((order) => order.customer.name);
  }

  @Get() async forEachLoads() {
    const orders = await this.orders.find();
    const customers = await this.customers.find();
    orders.forEach((order) => {
      order.customer = customers[0];
    });
    return orders.map((order) => order.customer.name);
  }

  @Get() async loopLoads() {
    const orders = await this.orders.find();
    for (const order of orders) order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return orders.map((order) => order.customer.name);
  }

  @Get() wrongThen(@Param('id') id: string) {
    return this.articles.getExistOne(id).then((article) => article.author.name); // RLC003 author
  }

  @Get() chained(@Param('id') id: string) {
    return this.articles.getExistOne(id, { load: ['author'] }).then(({ author }) => author.name);
  }

  @Get() wrongThenThen(@Param('id') id: string) {
    return this.articles
      .getExistOne(id)
      .then((article) => ({ article }))
      .then(({ article }) => article.author.name) // RLC003 author
      .finally(() => undefined);
  }

  @Get() wrongAfterCatch(@Param('id') id: string) {
    return this.articles
      .getExistOne(id)
      .catch(() => null)
      .then((article) => article?.author.name); // RLC003 author
  }

  @Get() async wrongRace(@Param('id') id: string) {
    const article = await Promise.race([this.articles.getExistOne(id)]);
    return article.author.name; // RLC003 author
  }

  @Get() async wrongMapOfEntities() {
    const orders = await this.orders.find();
    const byId = new Map(orders.map((order) => [order.id, order]));
    return orders.map(({ id }) => byId.get(id)?.customer.name); // RLC003 customer
  }

  @Get() async wrongSet() {
    const orders = new Set(await this.orders.find());
    for (const order of orders) this.note(order.customer.name); // RLC003 customer
  }

  @Get() async wrongNestedLoops() {
    const users = await this.users.get({}, { fetch: 'all', load: ['articles'] });
    for (const user of users) {
      for (const article of user.articles) this.note(article.comments.length); // RLC003 comments
    }
  }

  @Get() async nestedLoops() {
    const users = await this.users.get({}, { fetch: 'all', load: ['articles.comments'] });
    for (const { articles } of users) for (const { comments } of articles) this.note(comments.length);
  }

  @Get() async grouped() {
    const orders = await this.orders.find({ relations: { customer: true } });
    const groups: Record<string, Order[]> = {};
    for (const order of orders) (groups[order.customerId] ??= []).push(order);
    return Object.values(groups).map(([order]) => order.customer.name);
  }

  private describe(order: Order): string {
    return order.customer.name; // RLC003 customer
  }

  private note(_text: unknown): void {}
}

const labelOf = (order: Order): string => order.customer.name; // RLC003 customer
