import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type FindOptionsRelations } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Order, Tag } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

interface FindOptions {
  withCustomer?: boolean;
  withItems?: boolean;
}

/** What it loads depends on what it is given. */
@Injectable()
export class OrderFinder {
  static readonly RELATIONS = { customer: true };

  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
  ) {}

  async byFlag(id: string, isFull: boolean): Promise<Order> {
    if (isFull) return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return this.orders.findOneByOrFail({ id });
  }

  async byDefault(id: string, relations: FindOptionsRelations<Order> = { customer: true }): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations });
  }

  async byOptions(id: string, { withCustomer = false, withItems = true }: FindOptions = {}): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: withCustomer, items: withItems } });
  }

  async byNames(id: string, ...load: string[]): Promise<Article> {
    return this.articles.getExistOne(id, { load });
  }

  async byStatic(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: OrderFinder.RELATIONS });
  }

  /** Of whatever it is given. */
  label(order: Order): string {
    return `${order.number} ${order.customer.name}`; // RLC003 customer
  }
}

@Controller('arguments')
export class ArgumentsController {
  constructor(
    private readonly finder: OrderFinder,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectModelRepository(Tag) private readonly tags: WideRepository<Tag>,
  ) {}

  @Get() async wrongFlag(@Param('id') id: string) {
    const order = await this.finder.byFlag(id, false);
    return order.customer.name; // RLC003 customer
  }

  @Get() async flag(@Param('id') id: string) {
    const order = await this.finder.byFlag(id, true);
    return order.customer.name;
  }

  @Get() async unknownFlag(@Param('id') id: string) {
    const isFull = id.length > 0;
    const order = await this.finder.byFlag(id, isFull);
    return isFull ? order.customer.name : null;
  }

  @Get() async wrongDefault(@Param('id') id: string) {
    const order = await this.finder.byDefault(id, {});
    return order.customer.name; // RLC003 customer
  }

  @Get() async defaulted(@Param('id') id: string) {
    const order = await this.finder.byDefault(id);
    return order.customer.name;
  }

  @Get() async defaultedByUndefined(@Param('id') id: string) {
    const order = await this.finder.byDefault(id, undefined);
    return order.customer.name;
  }

  @Get() async wrongDefaultOther(@Param('id') id: string) {
    const order = await this.finder.byDefault(id);
    return order.items.length; // RLC003 items
  }

  @Get() async wrongOptions(@Param('id') id: string) {
    const order = await this.finder.byOptions(id);
    return [order.items.length, order.customer.name]; // RLC003 customer
  }

  @Get() async options(@Param('id') id: string) {
    const order = await this.finder.byOptions(id, { withCustomer: true });
    return [order.items.length, order.customer.name];
  }

  @Get() async wrongOptionsOff(@Param('id') id: string) {
    const order = await this.finder.byOptions(id, { withItems: false, withCustomer: true });
    return order.items.length; // RLC003 items
  }

  @Get() async wrongNames(@Param('id') id: string) {
    const article = await this.finder.byNames(id, 'comments', 'tags');
    return article.author.name; // RLC003 author
  }

  @Get() async names(@Param('id') id: string) {
    const article = await this.finder.byNames(id, 'comments', 'author');
    return article.author.name;
  }

  @Get() async wrongStatic(@Param('id') id: string) {
    const order = await this.finder.byStatic(id);
    return order.items.length; // RLC003 items
  }

  @Get() async staticRelations(@Param('id') id: string) {
    const order = await this.finder.byStatic(id);
    return order.customer.name;
  }

  @Get() async wrongLabel(@Param('id') id: string) {
    return this.finder.label(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async label(@Param('id') id: string) {
    return this.finder.label(await this.finder.byFlag(id, true));
  }

  @Get() async wrongInverse(@Param('id') id: string) {
    const tag = await this.tags.getExistOne(id, { load: ['articles'] });
    return tag.articles[0].tags.length; // RLC003 tags
  }
}
