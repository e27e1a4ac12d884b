import { Controller, Get, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  AfterLoad,
  Column,
  Entity,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  Repository,
  type DataSource,
  type Relation,
} from 'typeorm';
import { InjectModelRepository, Model, Str64, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { Order, User } from '../models.js';
import { ID } from '../seed.js';
import type { WideRepository } from '../wide-repository.js';

/** Entities with code, and classes that are made of entities. */

@Model()
export class Essay extends UuidTable(class {}) {
  @Str64() title: string;
  @Uuid() writerId: string;
  @ManyToOne(() => User) writer: Relation<User>;

  get byline(): string {
    return `${this.title} by ${this.writer.name}`; // RLC003 writer
  }

  get rightByline(): string {
    return `${this.title} by ${this.writer.name}`;
  }

  get slug(): string {
    return this.title.toLowerCase();
  }

  describe(): string {
    return this.writer.name; // RLC003 writer
  }

  describeRightly(): string {
    return this.writer.name;
  }

  isBy(user: User): boolean {
    return this.writerId === user.id;
  }
}

@Entity()
export class Basket {
  @PrimaryColumn() id: string;
  @Column({ default: 0 }) total: number;
  @OneToMany(() => Line, (line) => line.basket) lines: Relation<Line>[];
  sum: number;

  @AfterLoad() setSum(): void {
    this.sum = this.total + (this.lines?.length ?? 0);
  }

  count(): number {
    return this.lines.length; // RLC003 lines
  }

  countLoaded(): number {
    return this.lines.length;
  }
}

@Entity()
export class Line {
  @PrimaryColumn() id: string;
  @ManyToOne(() => Basket, (basket) => basket.lines) basket: Relation<Basket>;
}

export async function seedCases({ manager }: DataSource): Promise<void> {
  await manager.insert(Essay, { id: ID, title: 'On lines', writerId: ID });
  await manager.insert(Basket, { id: ID });
  await manager.insert(Line, { id: ID, basket: { id: ID } });
}

/** Made of an order. */
export class OrderView {
  readonly number: number;
  readonly customer: string;

  constructor(order: Order) {
    this.number = order.number;
    this.customer = order.customer.name; // RLC003 customer
  }
}

export class RightOrderView {
  readonly customer: string;

  constructor(order: Order) {
    this.customer = order.customer.name;
  }

  static of(order: Order): RightOrderView {
    return new RightOrderView(order);
  }
}

export class StaticOrderView {
  customer: string;

  static of(order: Order): StaticOrderView {
    const view = new StaticOrderView();
    view.customer = order.customer.name; // RLC003 customer
    return view;
  }
}

/** Reads late. */
export class LateOrderView {
  constructor(private readonly order: Order) {}

  label(): string {
    return this.order.customer.name; // RLC003 customer
  }

  get number(): number {
    return this.order.number;
  }
}

@Controller('classes')
export class ClassesController {
  constructor(
    @InjectModelRepository(Essay) private readonly essays: WideRepository<Essay>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectRepository(Basket) private readonly baskets: Repository<Basket>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
  ) {}

  @Get() async wrongGetter() {
    const [essay] = await this.essays.get({}, { fetch: 'all' });
    return essay.byline;
  }

  @Get() async getter() {
    const [essay] = await this.essays.get({}, { fetch: 'all', load: ['writer'] });
    return essay.rightByline;
  }

  @Get() async otherGetter() {
    const [essay] = await this.essays.get({}, { fetch: 'all' });
    return essay.slug;
  }

  @Get() async wrongMethod() {
    const [essay] = await this.essays.get({}, { fetch: 'all' });
    return essay.describe();
  }

  @Get() async method() {
    const [essay] = await this.essays.get({}, { fetch: 'all', load: ['writer'] });
    return essay.describeRightly();
  }

  @Get() async methodWithArgument(@Param('id') id: string) {
    const [essay] = await this.essays.get({}, { fetch: 'all' });
    return essay.isBy(await this.users.getExistOne(id));
  }

  @Get() async wrongMethodOfPlain() {
    const [basket] = await this.baskets.find();
    return basket.count();
  }

  @Get() async methodOfPlain() {
    const [basket] = await this.baskets.find({ relations: { lines: true } });
    return basket.countLoaded();
  }

  @Get() async listener() {
    const [basket] = await this.baskets.find();
    return basket.sum;
  }

  @Get() async wrongConstructor(@Param('id') id: string) {
    return new OrderView(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async construction(@Param('id') id: string) {
    return new RightOrderView(await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }));
  }

  @Get() async wrongConstructors() {
    const orders = await this.orders.find();
    return orders.map((order) => new OrderView(order));
  }

  @Get() async constructors() {
    const orders = await this.orders.find({ relations: { customer: true } });
    return orders.map((order) => RightOrderView.of(order));
  }

  @Get() async wrongStatic(@Param('id') id: string) {
    return StaticOrderView.of(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async wrongStaticReference() {
    const orders = await this.orders.find();
    return orders.map(StaticOrderView.of);
  }

  @Get() async wrongLateMethod(@Param('id') id: string) {
    return new LateOrderView(await this.orders.findOneByOrFail({ id })).label();
  }

  @Get() async lateNumber(@Param('id') id: string) {
    return new LateOrderView(await this.orders.findOneByOrFail({ id })).number;
  }

  @Get() async wrongBound(@Param('id') id: string) {
    const label = this.label.bind(this);
    return label(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async wrongCall(@Param('id') id: string) {
    return this.label.call(this, await this.orders.findOneByOrFail({ id }));
  }

  @Get() async wrongDefaultParameter(@Param('id') id: string) {
    return this.labelled(await this.orders.findOneByOrFail({ id }));
  }

  @Get() async wrongCallback(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return this.apply(order, (each) => each.customer.name); // RLC003 customer
  }

  @Get() async callback(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return this.apply(order, ({ customer }) => customer.name);
  }

  @Get() async wrongSpreadResult(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return { ...order, customerName: order.customer.name }; // RLC003 customer
  }

  @Get() async wrongSettled() {
    const [result] = await Promise.allSettled([this.orders.find()]);
    if (result.status === 'rejected') return [];
    return result.value.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async wrongFlat() {
    const orders = [await this.orders.find()].flat();
    return orders.map((order) => order.customer.name); // RLC003 customer
  }

  @Get() async wrongArrayFrom() {
    return Array.from(await this.orders.find(), (order) => order.customer.name); // RLC003 customer
  }

  @Get() async wrongEntriesOfObject() {
    const [order] = await this.orders.find();
    const byName = { first: order };
    return Object.values(byName).map((each) => each.customer.name); // RLC003 customer
  }

  private label(order: Order): string {
    return order.customer.name; // RLC003 customer
  }

  private labelled(
    order: Order,
    name = order.customer.name, // RLC003 customer
  ): string {
    return `${order.number} ${name}`;
  }

  private apply<Result>(order: Order, read: (order: Order) => Result): Result {
    return read(order);
  }
}
