/* eslint-disable @typescript-eslint/no-base-to-string -- as people write it */
import { Controller, Get, Injectable, Param, Query, Req } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { instanceToPlain, plainToInstance } from 'class-transformer';
import {
  Column,
  DataSource,
  Entity,
  EventSubscriber,
  ManyToOne,
  PrimaryColumn,
  RelationId,
  Repository,
  type EntitySubscriberInterface,
  type InsertEvent,
  type Relation,
} from 'typeorm';
import { InjectModelRepository, isLoaded, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Article, Comment, Customer, Invoice, Item, Order, Tag, User } from '../models.js';
import type { WideRepository } from '../wide-repository.js';
import { ID } from '../seed.js';

/** Everything here is right, and looks like something that is not. */

/** What a token holds: no entity, although its parts have the same names. */
interface Payload {
  sub: string;
  author: { name: string };
  customer: { name: string };
  articles: string[];
}

@Injectable()
export class TokenService {
  decode(token: string): Payload {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Payload;
  }

  encode(payload: Payload): string {
    return Buffer.from(JSON.stringify(payload)).toString('base64url');
  }
}

/** A client of something outside, with names of ours. */
@Injectable()
export class CatalogueClient {
  async getExistOne(id: string): Promise<{ id: string; author: { name: string }; comments: unknown[] }> {
    return { id, author: { name: 'Eve' }, comments: [] };
  }

  async find(): Promise<{ customer: { name: string } }[]> {
    return [{ customer: { name: 'Eve' } }];
  }
}

/** Puts customers on orders, in a way that nobody can follow. */
@Injectable()
export class Loader {
  constructor(private readonly dataSource: DataSource) {}

  async load(entity: object, relation: string): Promise<void> {
    const metadata = this.dataSource.getMetadata(entity.constructor);
    const found = metadata.findRelationWithPropertyPath(relation);
    const builder = this.dataSource.createQueryBuilder().relation(entity.constructor, relation).of(entity);
    const related: unknown = found?.isManyToOne ? await builder.loadOne() : await builder.loadMany();
    Reflect.set(entity, relation, related);
  }
}

/** With the key of its relation as a property. */
@Entity()
export class Ticket {
  @PrimaryColumn() id: string;
  @Column({ default: '' }) subject: string;
  @ManyToOne(() => Customer) holder: Relation<Customer>;
  @RelationId((ticket: Ticket) => ticket.holder) holderId: string;
}

@EventSubscriber()
export class TicketSubscriber implements EntitySubscriberInterface<Ticket> {
  listenTo(): typeof Ticket {
    return Ticket;
  }

  beforeInsert({ entity }: InsertEvent<Ticket>): void {
    entity.subject ||= `of ${entity.holder.name}`;
  }
}

@Controller('silent')
export class SilentController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(Comment) private readonly comments: WideRepository<Comment>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectModelRepository(Tag) private readonly tags: WideRepository<Tag>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Item) private readonly items: Repository<Item>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    @InjectRepository(Ticket) private readonly tickets: Repository<Ticket>,
    @InjectRepository(Invoice) private readonly invoices: Repository<Invoice>,
    private readonly tokens: TokenService,
    private readonly catalogue: CatalogueClient,
    private readonly loader: Loader,
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  // Eager relations

  @Get() async eagerInList() {
    const articles = await this.articles.get({}, { fetch: 'all' });
    return articles.map(({ section }) => section.name);
  }

  @Get() async eagerOfList(@Param('id') id: string) {
    const user = await this.users.getExistOne(id, { load: ['articles'] });
    return user.articles.map((article) => article.section.name);
  }

  @Get() async eagerByTypeorm(@Param('id') id: string) {
    const article = await this.dataSource.getRepository(Article).findOneByOrFail({ id });
    return article.section.name;
  }

  @Get() async eagerNestedByTypeorm(@Param('id') id: string) {
    const comment = await this.dataSource.manager.findOneOrFail(Comment, {
      where: { id },
      relations: { article: true },
    });
    return comment.article.section.name;
  }

  // Assigned by hand

  @Get() async newEntity(@Param('id') id: string) {
    const order = new Order();
    order.id = 'new';
    order.customer = await this.customers.findOneByOrFail({ id });
    order.items = [];
    return [order.customer.name, order.items.length];
  }

  @Get() async newEntityWithoutRelation() {
    const article = new Article();
    article.title = 'New';
    return article.author?.name;
  }

  @Get() async createdWithRelation(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const order = this.orders.create({ id: 'new', customer, items: [{ id: 'new', productId: id }] });
    return [order.customer.name, order.items.length];
  }

  @Get() async createdLater(@Param('id') id: string) {
    const order = this.orders.create();
    order.customer = await this.customers.findOneByOrFail({ id });
    return order.customer.name;
  }

  @Get() async savedObject(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const order = await this.orders.save({ id: 'new', customer });
    return order.customer.name;
  }

  @Get() async objectAssign(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    Object.assign(order, { customer: await this.customers.findOneByOrFail({ id }) });
    return order.customer.name;
  }

  @Get() async objectAssignNew(@Param('id') id: string) {
    const author = await this.users.getExistOne(id);
    const article = Object.assign(new Article(), { title: 'New', author });
    return article.author.name;
  }

  @Get() async objectAssignUnknown(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    Object.assign(order, await this.partsOf(order));
    return order.customer.name;
  }

  @Get() async reflectSet(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    Reflect.set(order, 'customer', await this.customers.findOneByOrFail({ id }));
    return order.customer.name;
  }

  @Get() async computedAssignment(@Param('id') id: string, @Query('name') name: string) {
    const order = await this.orders.findOneByOrFail({ id });
    for (const key of ['customer', name] as ('customer' | 'state')[]) {
      Object.assign(order, { [key]: await this.customers.findOneByOrFail({ id }) });
    }
    return order.customer.name;
  }

  @Get() async assignedInAnotherFunction(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await this.addCustomer(order);
    return order.customer.name;
  }

  @Get() async assignedInClosure(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = await this.customers.findOneByOrFail({ id });
    const fill = (): void => {
      order.customer = customer;
    };
    fill();
    return order.customer.name;
  }

  @Get() async assignedThroughAlias(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const same = order;
    same.customer = await this.customers.findOneByOrFail({ id });
    return order.customer.name;
  }

  @Get() async assignedThroughList(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const list = [order];
    list[0].customer = await this.customers.findOneByOrFail({ id });
    return order.customer.name;
  }

  @Get() async assignedToBothSides(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const orders = await this.orders.findBy({ customerId: id });
    customer.orders = orders;
    for (const order of customer.orders) order.customer = customer;
    return customer.orders[0].customer.name;
  }

  @Get() async assignedUnderCondition(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = await this.customers.findOneBy({ id: order.customerId });
    if (customer) order.customer = customer;
    return customer ? order.customer.name : null;
  }

  // Loaded by somebody else

  @Get() async loadedByStranger(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await this.loader.load(order, 'customer');
    return order.customer.name;
  }

  @Get() async loadedByCallback(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customers = await this.customers.find();
    customers.filter((customer) => customer.id === order.customerId).forEach((customer) => (order.customer = customer));
    return order.customer.name;
  }

  @Get() async relatedByKey(@Param('id') id: string) {
    const orders = await this.orders.findBy({ customerId: id });
    const customers = new Map((await this.customers.find()).map((customer) => [customer.id, customer]));
    return orders.map((order) => customers.get(order.customerId)?.name);
  }

  // Written, deleted

  @Get() async written(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    article.author = await this.users.getExistOne(id);
    await this.articles.save(article);
  }

  @Get() async writtenToNull(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    article.parent = null;
    await this.articles.save(article);
  }

  @Get() async deleted(@Param('id') id: string) {
    const order: Partial<Order> = await this.orders.findOneByOrFail({ id });
    delete order.customer;
    delete order.items;
    return order;
  }

  @Get() async deletedOfModel(@Param('id') id: string) {
    const article: Partial<Article> = await this.articles.getExistOne(id);
    delete article.author;
    return article;
  }

  @Get() async undefinedAssigned(@Param('id') id: string) {
    const order: Partial<Order> = await this.orders.findOneByOrFail({ id });
    order.customer = undefined;
    return order.customer;
  }

  // Spread, omit, copied

  @Get() async spread(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return { ...article, at: 1 };
  }

  @Get() async spreadWithRelation(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const copy = { ...order, customer: await this.customers.findOneByOrFail({ id }) };
    return copy.customer.name;
  }

  @Get() async omitted(@Param('id') id: string) {
    const { title: _title, ...rest } = await this.articles.getExistOne(id);
    return rest;
  }

  @Get() async readOfCopy(@Param('id') id: string) {
    const copy: Partial<Article> = { ...(await this.articles.getExistOne(id)) };
    return copy.author?.name ?? 'nobody';
  }

  @Get() async readOfRest(@Param('id') id: string) {
    const { title, ...rest } = (await this.articles.getExistOne(id)) as Partial<Article>;
    return [title, rest.author?.name];
  }

  @Get() async cloned(@Param('id') id: string) {
    const copy: Partial<Article> = structuredClone(await this.articles.getExistOne(id));
    return copy.author?.name;
  }

  @Get() async asJson(@Param('id') id: string) {
    const plain = JSON.parse(JSON.stringify(await this.articles.getExistOne(id))) as { author?: { name: string } };
    return plain.author?.name;
  }

  @Get() async transformed(@Param('id') id: string) {
    const plain = instanceToPlain(await this.articles.getExistOne(id));
    return plain.author?.name;
  }

  @Get() async keys(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return [Object.keys(article), 'author' in article, Object.entries(article).length, Object.values(article)];
  }

  @Get() async keysInLoop(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    const values: unknown[] = [];
    for (const key in article) if (Object.hasOwn(article, key)) values.push(article[key as keyof Article]);
    return values;
  }

  @Get() async logged(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return [JSON.stringify(article), String(article), article === article, article instanceof Article];
  }

  // Asked first

  @Get() async askedAll() {
    const articles = await this.articles.get({}, { fetch: 'all' });
    return articles.filter((article) => isLoaded(article, 'author')).map((article) => article.author.name);
  }

  @Get() async askedVariable(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    const hasAuthor = isLoaded(article, 'author');
    return hasAuthor ? article.author.name : null;
  }

  @Get() async askedDeep(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return isLoaded(article, 'author.profile') ? article.author.profile.motto : null;
  }

  @Get() async askedByOwnKeys(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return Object.hasOwn(article, 'author') ? article.author.name : null;
  }

  @Get() async askedByKeys(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return Object.keys(article).includes('author') ? article.author.name : null;
  }

  // The same names, other things

  @Get() async payload() {
    const payload = this.tokens.decode(
      this.tokens.encode({ sub: ID, author: { name: 'Ada' }, customer: { name: 'Ben' }, articles: [] }),
    );
    return [payload.author.name, payload.customer.name, payload.articles.length];
  }

  @Get() async request(@Req() request: { user?: { articles: unknown[] } }) {
    return request.user?.articles.length;
  }

  @Get() async stranger(@Param('id') id: string) {
    const article = await this.catalogue.getExistOne(id);
    return [article.author.name, article.comments.length];
  }

  @Get() async strangersList() {
    const orders = await this.catalogue.find();
    return orders.map((order) => order.customer.name);
  }

  @Get() async plainObject(@Param('id') id: string) {
    const { title } = await this.articles.getExistOne(id);
    const article = { title, author: { name: 'Eve' }, comments: [] as string[] };
    return [article.author.name, article.comments.length];
  }

  @Get() async mappedToPlain() {
    const orders = await this.orders.find();
    const rows = orders.map((order) => ({ id: order.id, customer: { id: order.customerId, name: '' } }));
    return rows.map((order) => order.customer.name);
  }

  @Get() async plainToEntity() {
    const article = plainToInstance(Article, { title: 'Notes', author: { name: 'Eve' } });
    return article.author.name;
  }

  @Get() async rawRows() {
    const rows = await this.dataSource.query('SELECT o.id, c.name AS customer FROM "order" o JOIN customer c');
    return (rows as { customer: string }[]).map((row) => row.customer.length);
  }

  @Get() async rawMany() {
    const rows = await this.items
      .createQueryBuilder('item')
      .select('item.orderId', 'order')
      .addSelect('COUNT(*)', 'items')
      .groupBy('item.orderId')
      .getRawMany<{ order: string; items: number }>();
    return rows.map((row) => row.order.length + row.items.toFixed().length);
  }

  @Get() async insertResult(@Param('id') id: string) {
    const result = await this.tags.typeorm.insert({ name: 'new', id: `9${id.slice(1)}` });
    return result.identifiers.length;
  }

  @Get() async updateResult(@Param('id') id: string) {
    const result = await this.orders.update({ id }, { state: 'paid' });
    return result.affected;
  }

  @Get() async numbers(@Param('id') id: string) {
    const items = await this.items.countBy({ orderId: id });
    const has = await this.orders.existsBy({ id, customer: { name: 'Ben' } });
    const sum = await this.items.sum('quantity', { orderId: id });
    return [items.toFixed(), has, sum];
  }

  // Keys in place of relations

  @Get() async foreignKey(@Param('id') id: string) {
    const comment = await this.comments.getExistOne(id);
    return [comment.articleId, comment.authorId];
  }

  @Get() async relationId(@Param('id') id: string) {
    await this.tickets.save(this.tickets.create({ id, holder: await this.customers.findOneByOrFail({ id }) }));
    const ticket = await this.tickets.findOneByOrFail({ id });
    return ticket.holderId;
  }

  @Get() async relationIds(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, loadRelationIds: { relations: ['customer'] } });
    return String(order.customer);
  }

  // Unknown arguments

  @Get() async optionsOfCaller(@Param('id') id: string) {
    const order = await this.findOrder(id, { relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async optionsBuilt(@Param('id') id: string) {
    const options = { where: { id }, relations: {} as Record<string, boolean> };
    for (const name of ['customer', 'items']) options.relations[name] = true;
    const order = await this.orders.findOneOrFail(options);
    return [order.customer.name, order.items.length];
  }

  @Get() async relationsFromEntries(@Param('id') id: string) {
    const relations = Object.fromEntries(['customer', 'items'].map((name) => [name, true]));
    const order = await this.orders.findOneOrFail({ where: { id }, relations });
    return [order.customer.name, order.items.length];
  }

  @Get() async loadSplit(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: 'author,comments'.split(',') });
    return [article.author.name, article.comments.length];
  }

  @Get() async loadFromField(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: this.loads.article });
    return article.author.name;
  }

  @Get() async chosenRepository(@Query('kind') kind: string, @Param('id') id: string) {
    const repository = kind === 'orders' ? this.orders : this.items;
    const row = await (repository as Repository<Order | Item>).findOneByOrFail({ id });
    return row.id;
  }

  @Get() async everyRelation(@Param('id') id: string) {
    const { relations } = this.orders.metadata;
    const order = await this.orders.findOneOrFail({
      where: { id },
      relations: Object.fromEntries(relations.map(({ propertyName }) => [propertyName, true])),
    });
    return [order.customer.name, order.items.length];
  }

  // Correlated

  @Get() async correlatedReturn(@Param('id') id: string, @Query('full') full: string) {
    const order = full
      ? await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } })
      : await this.orders.findOneByOrFail({ id });
    if (!full) return order.number;
    return order.customer.name;
  }

  @Get() async correlatedVariable(@Param('id') id: string, @Query('full') full: string) {
    let customer: Customer | undefined;
    const order = await this.orders.findOneByOrFail({ id });
    if (full) {
      order.customer = await this.customers.findOneByOrFail({ id });
      customer = order.customer;
    }
    return customer ? order.customer.name : null;
  }

  @Get() async correlatedInLoop(@Query('full') full: string) {
    const names: string[] = [];
    for (const order of await this.orders.find(full ? { relations: { customer: true } } : {})) {
      if (!full) continue;
      names.push(order.customer.name);
    }
    return names;
  }

  @Get() async correlatedByReturn(@Param('id') id: string) {
    const order = (await this.loadedOrder(id)) ?? (await this.orders.findOneByOrFail({ id }));
    return this.isReady(order) ? order.customer.name : null;
  }

  // Other things that load

  @Get() async lazy(@Param('id') id: string) {
    const invoice = await this.invoices.findOneByOrFail({ id });
    return (await invoice.order).number;
  }

  @Get() async awaitedLazyInThen(@Param('id') id: string) {
    const invoice = await this.invoices.findOneByOrFail({ id });
    return invoice.order.then((order) => order.state);
  }

  @Get() async relationBuilder(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const items = await this.orders.createQueryBuilder().relation('items').of(order).loadMany<Item>();
    order.items = items;
    return order.items.length;
  }

  @Get() async insideTransactionReads(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.unitOfWork.run(async () => {
      article.author = await this.users.getExistOne(article.authorId);
    });
    return article.author.name;
  }

  @Get() async neverReached(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const isDone = true as boolean;
    if (isDone) return order.number;
    return this.partsOf(order);
  }

  @Get() async caught(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    try {
      return await article.byline();
    } catch {
      return article.title;
    }
  }

  private readonly loads = { article: ['author'] };

  private findOrder(id: string, options: object): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, ...options });
  }

  private async loadedOrder(id: string): Promise<Order | null> {
    return this.orders.findOne({ where: { id }, relations: { customer: true } });
  }

  private isReady(order: Order): boolean {
    return 'customer' in order;
  }

  private async addCustomer(order: Order): Promise<void> {
    order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
  }

  private async partsOf(order: Order): Promise<Partial<Order>> {
    const [customer] = await this.customers.findBy({ id: order.customerId });
    return JSON.parse(JSON.stringify({ customer })) as Partial<Order>;
  }
}
