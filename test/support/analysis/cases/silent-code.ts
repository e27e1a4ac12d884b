/* eslint-disable @typescript-eslint/await-thenable, no-useless-assignment -- as people write it */
import { EventEmitter, once } from 'node:events';
import {
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Optional,
  Param,
  Post,
  Query,
  Scope,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type OnModuleInit,
} from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { instanceToInstance } from 'class-transformer';
import { defer, from, lastValueFrom, map, mergeMap, of, tap } from 'rxjs';
import { In, Repository, type DeepPartial } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Item, Order, User } from '../models.js';
import { OrderDto } from '../response-models.js';
import type { WideRepository } from '../wide-repository.js';

/** Right code that is hard to follow. */

/** A body with the names of an article. */
export class ArticleInput {
  title: string;
  author: { name: string };
  comments: string[];
}

/** Gives the customer to orders that leave. */
@Injectable()
export class ToOrderDto implements NestInterceptor {
  constructor(@InjectRepository(Customer) private readonly customers: Repository<Customer>) {}

  intercept(_context: ExecutionContext, next: CallHandler<Order>) {
    return next.handle().pipe(
      mergeMap(async (order) => ({
        number: order.number,
        customer: await this.customers.findOneByOrFail({ id: order.customerId }),
      })),
    );
  }
}

/** Batches reads, as a data loader. */
@Injectable({ scope: Scope.REQUEST })
export class CustomerLoader {
  readonly #pending = new Map<string, Promise<Customer | undefined>>();
  #batch: Promise<Map<string, Customer>> | undefined;

  constructor(@InjectRepository(Customer) private readonly customers: Repository<Customer>) {}

  load(id: string): Promise<Customer | undefined> {
    const pending = this.#pending.get(id) ?? this.#read().then((customers) => customers.get(id));
    this.#pending.set(id, pending);
    return pending;
  }

  async #read(): Promise<Map<string, Customer>> {
    this.#batch ??= this.customers.find().then((all) => new Map(all.map((customer) => [customer.id, customer])));
    return this.#batch;
  }
}

/** Keeps what it has read. */
@Injectable()
export class OrderCache implements OnModuleInit {
  readonly #orders = new Map<string, Order>();
  private relations: Record<string, boolean> = {};
  last: Order | undefined;

  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @Optional() @Inject('NOTHING') private readonly nothing?: { customer: { name: string } },
  ) {}

  onModuleInit(): void {
    this.relations = { customer: true };
  }

  async get(id: string): Promise<Order> {
    const known = this.#orders.get(id);
    if (known) return known;
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    this.#orders.set(id, order);
    return order;
  }

  async getConfigured(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: this.relations });
  }

  async remember(id: string): Promise<void> {
    this.last = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  name(): string {
    return this.nothing?.customer.name ?? 'nobody';
  }
}

@Controller('silent-code')
export class SilentCodeController {
  #current: Order | undefined;

  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Item) private readonly items: Repository<Item>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    private readonly cache: OrderCache,
  ) {}

  // Data of the client

  @Post() body(@Body() input: ArticleInput = { title: '', author: { name: 'Eve' }, comments: [] }) {
    return [input.author?.name, input.comments?.length];
  }

  @Post() entityAsBody(@Body() article: Article) {
    return article.author?.name;
  }

  @Post() entityListAsBody(@Body('orders') orders: Order[]) {
    return [...orders].map((order) => (order as { customer?: Customer }).customer?.name);
  }

  @Post() async savedBody(@Body() _input: DeepPartial<Order>, @Param('id') id: string) {
    const input = JSON.parse(`{ "id": "new", "customer": { "id": "${id}", "name": "Eve" } }`) as DeepPartial<Order>;
    const order = await this.orders.save(input);
    return order.customer?.name;
  }

  @Post() async createdOfBody(@Param('id') id: string) {
    const input = JSON.parse(`{ "id": "new", "customer": { "id": "${id}", "name": "Eve" } }`) as DeepPartial<Order>;
    const order = this.orders.create(input);
    return order.customer.name;
  }

  @Post() async mergedWithBody(@Param('id') id: string) {
    const input = JSON.parse(`{ "customer": { "id": "${id}", "name": "Eve" } }`) as DeepPartial<Order>;
    const order = await this.orders.findOneByOrFail({ id });
    this.orders.merge(order, input);
    return order.customer.name;
  }

  @Post() async assignedBody(@Param('id') id: string) {
    const input = JSON.parse(`{ "customer": { "id": "${id}", "name": "Eve" } }`) as Partial<Order>;
    const order = Object.assign(await this.orders.findOneByOrFail({ id }), input);
    return order.customer.name;
  }

  @Post() async preloadedBody(@Param('id') id: string) {
    const input = JSON.parse(`{ "id": "${id}", "customer": { "id": "${id}" } }`) as DeepPartial<Order>;
    const order = await this.orders.preload(input);
    return order?.customer.id;
  }

  // Kept somewhere

  @Get() async cached(@Param('id') id: string) {
    const order = await this.cache.get(id);
    return order.customer.name;
  }

  @Get() async configured(@Param('id') id: string) {
    const order = await this.cache.getConfigured(id);
    return order.customer.name;
  }

  @Get() async remembered(@Param('id') id: string) {
    await this.cache.remember(id);
    return this.cache.last?.customer.name;
  }

  @Get() async ownField(@Param('id') id: string) {
    this.#current = await this.orders.findOneByOrFail({ id });
    await this.completeCurrent();
    return this.#current?.customer.name;
  }

  @Get() async nothing() {
    return this.cache.name();
  }

  @Get() async weakMap(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customers = new WeakMap<Order, { customer: Customer }>();
    customers.set(order, { customer: await this.customers.findOneByOrFail({ id }) });
    return customers.get(order)?.customer.name;
  }

  // Loops

  @Get() async nextRound() {
    let order: Order | null = null;
    for (let round = 0; round < 3; round++) {
      if (order) return order.customer.name;
      order = await this.orders.findOne({ where: { number: 1 }, relations: { customer: true } });
    }
    return null;
  }

  @Get() async untilLoaded(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    let rounds = 0;
    for (;;) {
      if (rounds++ > 0) break;
      order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    }
    return order.customer.name;
  }

  @Get() async whileTrue(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    while (true) {
      order.customer = await this.customers.findOneByOrFail({ id });
      if (order.customer.name) break;
    }
    return order.customer.name;
  }

  @Get() async climbed(@Param('id') id: string) {
    let article = await this.articles.getExistOne(id, { load: ['parent'] });
    let depth = 0;
    while (article.parent && depth++ < 3)
      article = await this.articles.getExistOne(article.parent.id, { load: ['parent'] });
    return article.parent?.title;
  }

  @Get() async chunks() {
    const all: Order[] = [];
    for (let skip = 0; skip < 4; skip += 2) {
      all.push(...(await this.orders.find({ skip, take: 2, order: { id: 'ASC' }, relations: { customer: true } })));
    }
    return all.map((order) => order.customer.name);
  }

  @Get() async joinedInMemory() {
    const [orders, customers] = await Promise.all([this.orders.find(), this.customers.find()]);
    const joined = orders.map((order) => ({ order, customer: customers.find(({ id }) => id === order.customerId) }));
    return joined.map(({ order, customer }) => `${order.number} ${customer?.name}`);
  }

  @Get() async stitched() {
    const orders = await this.orders.find();
    const items = await this.items.find({ where: { orderId: In(orders.map(({ id }) => id)) } });
    for (const order of orders) order.items = items.filter(({ orderId }) => orderId === order.id);
    return orders.map((order) => order.items.length);
  }

  @Get() async stitchedByMap() {
    const orders = await this.orders.find();
    const byId = new Map(orders.map((order) => [order.id, order]));
    for (const item of await this.items.find()) {
      const order = byId.get(item.orderId);
      if (order) (order.items ??= []).push(item);
    }
    return orders.map((order) => order.items.length);
  }

  @Get() async mappedToLoaded() {
    const orders = await this.orders.find();
    const loaded = await Promise.all(
      orders.map(async (order) => ({
        ...order,
        customer: await this.customers.findOneByOrFail({ id: order.customerId }),
      })),
    );
    return loaded.map((order) => order.customer.name);
  }

  @Get() async reduced() {
    const orders = await this.orders.find({ relations: { customer: true } });
    const byCustomer = orders.reduce<Record<string, Order[]>>((groups, order) => {
      (groups[order.customer.name] ??= []).push(order);
      return groups;
    }, {});
    return Object.entries(byCustomer).map(([name, [order]]) => name === order.customer.name);
  }

  @Get() async spliced() {
    const orders = await this.orders.find({ order: { id: 'ASC' } });
    orders.splice(0, orders.length, ...(await this.orders.find({ relations: { customer: true } })));
    return orders[0].customer.name;
  }

  @Get() async replacedInList(@Param('id') id: string) {
    const orders = await this.orders.find();
    orders[0] = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return orders[0].customer.name;
  }

  @Get() async foundLoaded(@Param('id') id: string) {
    const list = [...(await this.orders.find()), ...(await this.orders.find({ relations: { customer: true } }))];
    const order = list.findLast((each) => each.id === id);
    return order?.customer.name;
  }

  // Other packages

  @Get() async observed(@Param('id') id: string) {
    return lastValueFrom(
      from(this.orders.findOneByOrFail({ id })).pipe(
        mergeMap(async (order) => {
          order.customer = await this.customers.findOneByOrFail({ id });
          return order;
        }),
        map((order) => order.customer.name),
      ),
    );
  }

  @Get() async observedLoaded(@Param('id') id: string) {
    return lastValueFrom(
      from(this.articles.getExistOne(id, { load: ['author'] })).pipe(
        tap(() => undefined),
        map(({ author }) => author.name),
      ),
    );
  }

  @Get() async transformed(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return instanceToInstance(order).customer.name;
  }

  @Get() async emitted(@Param('id') id: string) {
    const events = new EventEmitter();
    events.on('order', (order: Order) => {
      order.customer = Object.assign(new Customer(), { name: 'Eve' });
    });
    const order = await this.orders.findOneByOrFail({ id });
    events.emit('order', order);
    return order.customer.name;
  }

  @Get() async awaitedEvent(@Param('id') id: string) {
    const events = new EventEmitter();
    setImmediate(() => events.emit('order', { customer: { name: 'Eve' }, id }));
    const [order] = (await once(events, 'order')) as [Order];
    return order.customer.name;
  }

  @Get() async proxied(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const order = new Proxy(await this.orders.findOneByOrFail({ id }), {
      get: (target, name) => (name === 'customer' ? customer : (Reflect.get(target, name) as unknown)),
    });
    return order.customer.name;
  }

  @Get() async defined(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    Object.defineProperty(order, 'customer', { value: await this.customers.findOneByOrFail({ id }) });
    return order.customer.name;
  }

  @Get() async prototypeOf(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const view = Object.create(order, {
      customer: { value: await this.customers.findOneByOrFail({ id }) },
    }) as Order;
    return view.customer.name;
  }

  @Get() async rejected(@Param('id') id: string) {
    const order = await this.orders
      .findOneByOrFail({ id: `${id}!` })
      .catch(async () => this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
    return order.number;
  }

  @Get() async thenLoads(@Param('id') id: string) {
    return this.orders
      .findOneByOrFail({ id })
      .then(async (order) => Object.assign(order, { customer: await this.customers.findOneByOrFail({ id }) }))
      .then((order) => order.customer.name);
  }

  @Get() async queue(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const jobs: (() => Promise<void>)[] = [];
    jobs.push(async () => {
      order.customer = await this.customers.findOneByOrFail({ id });
    });
    for (const job of jobs) await job();
    return order.customer.name;
  }

  @Get() async handlers(@Param('id') id: string, @Query('kind') kind: string) {
    const readers: Record<string, () => Promise<Order>> = {
      bare: () => this.orders.findOneByOrFail({ id }),
      full: () => this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }),
    };
    const order = await (readers[kind] ?? readers['full'])();
    return kind === 'bare' ? order.number : order.customer.name;
  }

  @Get() async reflected(@Param('id') id: string) {
    const method = 'findOneOrFail';
    const order = await this.orders[method]({ where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async generatorDelegates(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true, items: true } });
    function* inner(): Generator<Order> {
      yield order;
    }
    function* outer(): Generator<Order> {
      yield* inner();
    }
    return [...outer()].map((each) => each.customer.name);
  }

  @Get() async shadowedThis(@Param('id') id: string) {
    const holder = {
      orders: { findOneByOrFail: async (key: string) => ({ id: key, customer: { name: 'Eve' } }) },
      async read(key: string) {
        const order = await this.orders.findOneByOrFail(key);
        return order.customer.name;
      },
    };
    return holder.read(id);
  }

  @Get() async shadowedName(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    {
      const order = { customer: { name: 'Eve' } };
      if (order.customer.name === '') return null;
    }
    return order.number;
  }

  @Get() async hoisted(@Param('id') id: string) {
    return nameOf(await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));

    function nameOf(order: Order): string {
      return order.customer.name;
    }
  }

  @Get() async throwingHelper(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = await this.customers.findOneBy({ id: order.customerId });
    assertPresent(customer);
    order.customer = customer;
    return order.customer.name;
  }

  @Get() async typeChecked(@Param('id') id: string) {
    const found: Order | Customer | null =
      (await this.orders.findOne({ where: { id: 'none' } })) ?? (await this.customers.findOneBy({ id }));
    if (found instanceof Order) return found.number;
    return found?.name;
  }

  @Get() async discriminated(@Param('id') id: string) {
    const found = await this.findEither(id);
    return found.kind === 'order' ? found.order.customer.name : found.user.name;
  }

  // Probes with more than a name

  @Get() async probeKey(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (!order.customer?.id) order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return order.customer.name;
  }

  @Get() async probeLength(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (!order.items?.length) order.items = await this.items.findBy({ orderId: id });
    return order.items.length;
  }

  @Get() async probeLengthTernary(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.items?.length ? order.items : this.items.findBy({ orderId: id });
  }

  @Get() async probeOrAssign(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.customer ||= await this.customers.findOneByOrFail({ id: order.customerId });
    return order.customer.name;
  }

  @Get() async probeArray(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const items = Array.isArray(order.items) ? order.items : await this.items.findBy({ orderId: id });
    return items.length;
  }

  @Get() async probeInstance(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer =
      order.customer instanceof Customer
        ? order.customer
        : await this.customers.findOneByOrFail({ id: order.customerId });
    return customer.name;
  }

  @Get() async includes(@Param('id') id: string, @Query('include') include: string) {
    const names = include.length > 0 ? ['customer', 'items'] : [];
    const order = await this.orders.findOneOrFail({
      where: { id },
      relations: Object.fromEntries(names.map((name) => [name, true])),
    });
    return names.includes('customer') ? order.customer.name : order.number;
  }

  // Assigned by names

  @Get() async assignedKeys(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const values: Record<string, unknown> = { customer: await this.customers.findOneByOrFail({ id }) };
    Object.keys(values).forEach((key) => {
      Reflect.set(order, key, values[key]);
    });
    return order.customer.name;
  }

  @Get() async assignedInForIn(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const values = { customer: await this.customers.findOneByOrFail({ id }) };
    for (const key in values) order[key as 'customer'] = values[key as 'customer'];
    return order.customer.name;
  }

  @Get() async assignedInForOf(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    for (const [key, value] of Object.entries({ customer: await this.customers.findOneByOrFail({ id }) })) {
      order[key as 'customer'] = value;
    }
    return order.customer.name;
  }

  @Get() async overwritten(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    order = { ...order, ...{ customer: await this.customers.findOneByOrFail({ id }) } };
    return order.customer.name;
  }

  // Lists that change

  @Get() async cleared() {
    const orders = await this.orders.find();
    orders.length = 0;
    orders.push(...(await this.orders.find({ relations: { customer: true } })));
    return orders[0].customer.name;
  }

  @Get() async unshifted(@Param('id') id: string) {
    const orders = await this.orders.find();
    orders.unshift(await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
    return orders[0].customer.name;
  }

  @Get() async filled(@Param('id') id: string) {
    const orders = await this.orders.find();
    orders.fill(await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
    return orders.map((order) => order.customer.name);
  }

  @Get() async withOther(@Param('id') id: string) {
    const orders = await this.orders.find();
    const full = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return [orders.with(0, full)[0].customer.name, orders.toSpliced(0, 1, full)[0].customer.name];
  }

  @Get() async appliedPush() {
    const orders: Order[] = [];
    Array.prototype.push.apply(orders, await this.orders.find({ relations: { customer: true } }));
    return orders[0].customer.name;
  }

  @Get() async replacedInMap(@Param('id') id: string) {
    const byId = new Map((await this.orders.find()).map((order) => [order.id, order]));
    byId.set(id, await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
    return byId.get(id)?.customer.name;
  }

  @Get() async replacedInObject(@Param('id') id: string) {
    const found = { order: await this.orders.findOneByOrFail({ id }) };
    found.order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return found.order.customer.name;
  }

  @Get() async sortedIn() {
    const orders = await this.orders.find({ order: { id: 'ASC' }, relations: { customer: true } });
    return orders.toSorted((a, b) => a.customer.name.localeCompare(b.customer.name)).at(0)?.customer.name;
  }

  // Callbacks of others

  @Get() async deferred(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    await lastValueFrom(
      defer(async () => {
        order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
      }),
    );
    return order.customer.name;
  }

  @Get() async promised(@Param('id') id: string) {
    const order = await new Promise<Order>((resolve, reject) => {
      this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }).then(resolve, reject);
    });
    return order.customer.name;
  }

  @Get() async resolvedLater(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    await new Promise<void>((resolve, reject) => {
      this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }).then((full) => {
        order = full;
        resolve();
      }, reject);
    });
    return order.customer.name;
  }

  @Get() async retriedByHelper(@Param('id') id: string) {
    let order: Order | undefined;
    await retry(async () => {
      order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    });
    return order?.customer.name;
  }

  @Get() async usedArguments(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return firstName(order);
  }

  @Get() async awaitedTwice(@Param('id') id: string) {
    const pending = this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    await pending;
    return (await pending).customer.name;
  }

  @Get() async listOfPromises(@Param('id') id: string) {
    const names: string[] = [];
    for await (const order of [this.orders.findOneOrFail({ where: { id }, relations: { customer: true } })]) {
      names.push(order.customer.name);
    }
    return names;
  }

  @Get() async optionalCalls(@Param('id') id: string) {
    const order = await this.cache?.get?.(id);
    return order?.customer?.name;
  }

  @Get() async leftBlock(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    load: {
      if (order.number === 99) break load;
      order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    }
    return order.number === 99 ? null : order.customer.name;
  }

  @Get() async thrownAndCaught(@Param('id') id: string) {
    let order = await this.orders.findOneByOrFail({ id });
    try {
      throw new Error('as always');
    } catch {
      order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    }
    return order.customer.name;
  }

  @Get() async finallyLoaded(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    try {
      this.#current = undefined;
    } finally {
      order.customer = await this.customers.findOneByOrFail({ id });
    }
    return order.customer.name;
  }

  // The answer is somebody else's

  @Get()
  @UseInterceptors(ToOrderDto)
  @ApiOkResponse({ type: OrderDto })
  mappedByInterceptor(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: OrderDto }) observedAnswer(@Param('id') id: string) {
    return from(this.orders.findOneByOrFail({ id })).pipe(
      mergeMap((order) => of({ number: order.number, customer: { id: order.customerId, name: '' } })),
    );
  }

  private async completeCurrent(): Promise<void> {
    if (!this.#current) return;
    const { id } = this.#current;
    this.#current = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  private async findEither(id: string): Promise<{ kind: 'order'; order: Order } | { kind: 'user'; user: User }> {
    const order = await this.orders.findOne({ where: { id }, relations: { customer: true } });
    return order ? { kind: 'order', order } : { kind: 'user', user: await this.users.getExistOne(id) };
  }
}

function assertPresent<Value>(value: Value | null): asserts value is Value {
  if (value === null) throw new Error('Nothing there');
}

async function retry(work: () => Promise<void>, attempts = 3): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (attempts === 0) throw error;
    await retry(work, attempts - 1);
  }
}

function firstName(..._orders: Order[]): string {
  // eslint-disable-next-line prefer-rest-params
  return (arguments[0] as Order).customer.name;
}
