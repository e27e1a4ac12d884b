/* eslint-disable no-useless-assignment, prefer-const -- as people write it */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, User } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** The ways of an entity through locals. */
@Controller('locals')
export class LocalsController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
  ) {}

  @Get() async wrongSecondName(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    const same = article;
    return same.author.name; // RLC003 author
  }

  @Get() async wrongLet(@Param('id') id: string) {
    let article: Article | null = null;
    article = await this.articles.getExistOne(id);
    return article.author.name; // RLC003 author
  }

  @Get() async wrongPromise(@Param('id') id: string) {
    const promise = this.articles.getExistOne(id);
    const article = await promise;
    return article.author.name; // RLC003 author
  }

  @Get() async wrongInline(@Param('id') id: string) {
    return (await this.articles.getExistOne(id)).author.name; // RLC003 author
  }

  @Get() async wrongDestructured(@Param('id') id: string) {
    const { author } = await this.articles.getExistOne(id); // RLC003 author
    return author.name;
  }

  @Get() async destructured(@Param('id') id: string) {
    const { author, title } = await this.articles.getExistOne(id, { load: ['author'] });
    return [author.name, title];
  }

  @Get() async wrongDestructuredDeep(@Param('id') id: string) {
    const {
      author: { profile }, // RLC003 profile
    } = await this.articles.getExistOne(id, { load: ['author'] });
    return profile.motto;
  }

  @Get() async wrongDestructuredRename(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    const { title, author: writer } = article; // RLC003 author
    return [title, writer.name];
  }

  @Get() async wrongDestructuredDefault(@Param('id') id: string) {
    const { comments = [] } = await this.articles.getExistOne(id); // RLC003 comments
    return comments.length;
  }

  @Get() async wrongDestructuredAssignment(@Param('id') id: string) {
    let author: User;
    ({ author } = await this.articles.getExistOne(id)); // RLC003 author
    return author.name;
  }

  @Get() async wrongListDestructured() {
    const [first, second] = await this.orders.find({ order: { id: 'ASC' } });
    return [first.number, second.customer.name]; // RLC003 customer
  }

  @Get() async wrongListRest() {
    const [, ...rest] = await this.orders.find();
    return rest[0].customer.name; // RLC003 customer
  }

  @Get() async wrongTernary(@Param('id') id: string, @Query('title') title: string) {
    const article = title ? await this.articles.get({ id }) : await this.articles.getOne(id);
    return article?.author.name; // RLC003 author
  }

  @Get() async ternary(@Param('id') id: string, @Query('full') full: string) {
    const article = full
      ? await this.articles.getExistOne(id, { load: ['author', 'comments'] })
      : await this.articles.getExistOne(id, { load: ['author'] });
    return article.author.name;
  }

  @Get() async wrongTernaryInResult(@Param('id') id: string, @Query('full') full: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return full ? order.customer.name : order.number; // RLC003 customer
  }

  @Get() async wrongNullish(@Param('id') id: string) {
    const article = (await this.articles.getOne(id)) ?? (await this.articles.get({ title: 'Notes' }));
    return article?.author.name; // RLC003 author
  }

  @Get() async nullish(@Param('id') id: string) {
    const article =
      (await this.articles.getOne(id, { load: ['author'] })) ??
      (await this.articles.add({ title: 'New', author: await this.users.getExistOne(id) }));
    return article.author.name;
  }

  @Get() async wrongLogicalAssignment(@Param('id') id: string) {
    let order = await this.orders.findOneBy({ id });
    order ??= await this.orders.findOneByOrFail({ number: 1 });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongOptionalChain(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return article.author?.name; // RLC003 author
  }

  @Get() async wrongTemplate(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return `${article.title} by ${article.author.name}`; // RLC003 author
  }

  @Get() async wrongObject(@Param('id') id: string) {
    const found = { article: await this.articles.getExistOne(id), at: 1 };
    return found.article.author.name; // RLC003 author
  }

  @Get() async objectWrapper(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    const found = { article };
    return found.article.author.name;
  }

  @Get() async wrongNestedObject(@Param('id') id: string) {
    const result = { data: { articles: [await this.articles.getExistOne(id)] } };
    return result.data.articles[0].author.name; // RLC003 author
  }

  @Get() async wrongValueOfResult(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return {
      title: article.title,
      author: article.author.name, // RLC003 author
    };
  }

  @Get() async wrongPassedOn(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return this.nameOf(article.author); // RLC003 author
  }

  @Get() async wrongArgument(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return this.labelOf(1, order);
  }

  @Get() async argument(@Param('id') id: string) {
    return this.rightLabelOf(await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
  }

  @Get() async wrongSpreadArgument(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const args: [number, Order] = [2, order];
    return this.secondLabelOf(...args);
  }

  @Get() async wrongDestructuredArgument(@Param('id') id: string) {
    return this.wrapped({ order: await this.orders.findOneByOrFail({ id }) });
  }

  @Get() async wrongRestArgument(@Param('id') id: string) {
    return this.all(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async wrongClosure(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const name = (): string => order.customer.name; // RLC003 customer
    return name();
  }

  @Get() async wrongImmediate(@Param('id') id: string) {
    return (async () => {
      const order = await this.orders.findOneByOrFail({ id });
      return order.customer.name; // RLC003 customer
    })();
  }

  @Get() async wrongConstantKey(@Param('id') id: string) {
    const key = 'customer';
    const order = await this.orders.findOneByOrFail({ id });
    return order[key].name; // RLC003 customer
  }

  @Get() async computedKey(@Param('id') id: string, @Query('key') key: 'number' | 'state') {
    const order = await this.orders.findOneByOrFail({ id });
    return order[key];
  }

  @Get() async reassigned(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    order = await this.orders.findOneOrFail({ where: { id: order.id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async wrongReassigned(@Param('id') id: string) {
    let order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    order = await this.orders.findOneByOrFail({ id: order.id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async assignedByHand(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return order.customer.name;
  }

  @Get() async wrongBehindAssigned(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return order.customer.orders.length; // RLC003 orders
  }

  @Get() async swapped(@Param('id') id: string) {
    let loaded = await this.orders.findOneByOrFail({ id });
    let other = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    [loaded, other] = [other, loaded];
    return loaded.customer.name;
  }

  @Get() async wrongSequence(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    article.views++;
    article.title = article.author.name; // RLC003 author
  }

  @Get() async wrongAwaitedMany(@Param('id') id: string) {
    const [article, user] = await Promise.all([this.articles.getExistOne(id), this.users.getExistOne(id)]);
    return [user.name, article.author.name]; // RLC003 author
  }

  @Get() async awaitedMany(@Param('id') id: string) {
    const [article, user] = await Promise.all([
      this.articles.getExistOne(id, { load: ['author'] }),
      this.users.getExistOne(id),
    ]);
    return [user.name, article.author.name];
  }

  @Get() async shadowed(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const names = [{ customer: { name: 'Ben' } }].map((order) => order.customer.name);
    return [order.number, ...names];
  }

  private nameOf(user: User): string {
    return user.name;
  }

  private labelOf(_position: number, order: Order): string {
    return order.customer.name; // RLC003 customer
  }

  private rightLabelOf(order: Order): string {
    return order.customer.name;
  }

  private secondLabelOf(_position: number, order: Order): string {
    return order.customer.name; // RLC003 customer
  }

  private wrapped({
    order: { customer }, // RLC003 customer
  }: {
    order: Order;
  }): string {
    return customer.name;
  }

  private all(...orders: Order[]): string[] {
    return orders.map((order) => order.customer.name); // RLC003 customer
  }
}
