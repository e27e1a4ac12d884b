/* eslint-disable no-useless-assignment -- as people write it */
import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository, isLoaded } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, User } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Branches, early returns, errors, probes. */
@Controller('control-flow')
export class ControlFlowController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
  ) {}

  @Get() async wrongAfterGuard(@Param('id') id: string) {
    const article = await this.articles.getOne(id);
    if (!article) throw new NotFoundException();
    return article.author.name; // RLC003 author
  }

  @Get() async wrongAfterEarlyReturn(@Param('id') id: string, @Query('short') short: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (short === 'yes') return order.number;
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongInBranch(@Param('id') id: string, @Query('full') full: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (full) {
      return order.customer.name; // RLC003 customer
    }
    return order.number;
  }

  @Get() async wrongInElse(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.state === 'paid') {
      return order.number;
    } else {
      return order.customer.name; // RLC003 customer
    }
  }

  @Get() async wrongInBothLoads(@Param('id') id: string, @Query('full') full: string) {
    let order: Order;
    if (full) {
      order = await this.orders.findOneByOrFail({ id });
    } else {
      order = await this.orders.findOneOrFail({ where: { id }, relations: { items: true } });
    }
    return order.customer.name; // RLC003 customer
  }

  @Get() async conditionalLoad(@Param('id') id: string, @Query('full') full: string) {
    let order = await this.orders.findOneByOrFail({ id });
    if (full) order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    if (full) return order.customer.name;
    return order.number;
  }

  @Get() async conditionalLoadByFlag(@Param('id') id: string, @Query('full') full: string) {
    const isFull = full !== 'no';
    const order = await this.orders.findOneOrFail({ where: { id }, relations: isFull ? { customer: true } : {} });
    return isFull ? order.customer.name : order.number;
  }

  @Get() async dynamicRelation(@Param('id') id: string, @Query('full') full: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: full !== 'no' } });
    return full === 'no' ? order.number : order.customer.name;
  }

  @Get() async dynamicLoad(@Param('id') id: string, @Query('full') full: string) {
    const load = full === 'no' ? [] : ['author'];
    const article = await this.articles.getExistOne(id, { load });
    return full === 'no' ? article.title : article.author.name;
  }

  @Get() async spreadOptions(@Param('id') id: string, @Query('full') full: string) {
    const order = await this.orders.findOneOrFail({
      where: { id },
      ...(full !== 'no' && { relations: { customer: true } }),
    });
    return full === 'no' ? order.number : order.customer.name;
  }

  @Get() async optionsFilledLater(@Param('id') id: string) {
    const relations: Record<string, boolean> = {};
    relations['customer'] = true;
    const order = await this.orders.findOneOrFail({ where: { id }, relations });
    return order.customer.name;
  }

  @Get() async loadFilledLater(@Param('id') id: string) {
    const load: string[] = [];
    load.push('author');
    const article = await this.articles.getExistOne(id, { load });
    return article.author.name;
  }

  @Get() async wrongSwitch(@Param('id') id: string, @Query('kind') kind: string) {
    const order = await this.orders.findOneByOrFail({ id });
    switch (kind) {
      case 'number':
        return order.number;
      default:
        return order.customer.name; // RLC003 customer
    }
  }

  @Get() async switchThatLoads(@Param('id') id: string, @Query('kind') kind: string) {
    let order: Order;
    switch (kind) {
      case 'a':
        order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true, items: true } });
        break;
      default:
        order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    }
    return order.customer.name;
  }

  @Get() async wrongInTry(@Param('id') id: string) {
    try {
      const order = await this.orders.findOneByOrFail({ id });
      return order.customer.name; // RLC003 customer
    } finally {
      this.note('done');
    }
  }

  @Get() async wrongAfterTry(@Param('id') id: string) {
    let order: Order | null = null;
    try {
      order = await this.orders.findOneByOrFail({ id });
    } catch {
      throw new NotFoundException();
    }
    return order.customer.name; // RLC003 customer
  }

  @Get() async loadedInTry(@Param('id') id: string) {
    let order: Order;
    try {
      order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    } catch {
      order = await this.orders.findOneOrFail({ where: { number: 1 }, relations: { customer: true } });
    }
    return order.customer.name;
  }

  @Get() async wrongInFinally(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    try {
      this.note(order.number);
    } finally {
      this.note(order.customer.name); // RLC003 customer
    }
  }

  @Get() async wrongLabelled() {
    const orders = await this.orders.find();
    outer: for (const order of orders) {
      for (const other of orders) {
        if (other.number > order.number) continue outer;
        this.note(other.customer.name); // RLC003 customer
        break outer;
      }
    }
  }

  @Get() async wrongDoWhile(@Param('id') id: string) {
    let order: Order | null;
    let tries = 0;
    do {
      order = await this.orders.findOneBy({ id });
    } while (order === null && tries++ < 3);
    return order?.customer.name; // RLC003 customer
  }

  @Get() async asked(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    if (isLoaded(article, 'author')) return article.author.name;
    return article.title;
  }

  @Get() async askedFirst(@Param('id') id: string) {
    let article = await this.articles.getExistOne(id);
    if (!isLoaded(article, 'author')) article = await this.articles.getExistOne(id, { load: ['author'] });
    return article.author.name;
  }

  @Get() async askedInTernary(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return isLoaded(article, 'author') ? article.author.name : 'nobody';
  }

  @Get() async askedWithAnd(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return isLoaded(article, 'author') && article.author.name;
  }

  @Get() async askedAndLeft(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    if (!isLoaded(article, 'author')) return null;
    return article.author.name;
  }

  @Get() async wrongAfterAskingOther(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    if (isLoaded(article, 'author')) return null;
    return article.comments.length; // RLC003 comments
  }

  @Get() async probe(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.customer) return order.customer.name;
    const { customer } = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return customer.name;
  }

  @Get() async probeElse(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.customer) {
      return order.customer.name;
    } else {
      order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
      return order.customer.name;
    }
  }

  @Get() async probeNot(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (!order.customer) order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return order.customer.name;
  }

  @Get() async probeUndefined(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    if (order.customer === undefined) {
      order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    }
    return order.customer.name;
  }

  @Get() async probeNullish(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.customer ??= await this.customers.findOneByOrFail({ id: order.customerId });
    return order.customer.name;
  }

  @Get() async probeInto(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = order.customer ?? (await this.customers.findOneByOrFail({ id: order.customerId }));
    return customer.name;
  }

  @Get() async probeTernary(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = order.customer ? order.customer : await this.customers.findOneByOrFail({ id: order.customerId });
    return customer.name;
  }

  @Get() async thrownAway(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (order.number > 0) return order.number;
    throw new NotFoundException(`${order.id} has no number`);
  }

  @Get() async guardedList(@Param('id') id: string) {
    const user = await this.users.getOne(id, { load: ['articles', 'profile'] });
    if (!user || user.articles.length === 0) return [];
    return [user.profile.motto, ...user.articles.map((article) => article.title)];
  }

  private note(_text: unknown): void {}
}
