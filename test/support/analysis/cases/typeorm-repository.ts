import { Controller, Get, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Animal, Article, Category, Customer, Dog, Invoice, Item, Order } from '../models.js';

/** Entities that a plain TypeORM repository gives. */
@Controller('typeorm-repository')
export class TypeormRepositoryController {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    @InjectRepository(Item) private readonly items: Repository<Item>,
    @InjectRepository(Dog) private readonly dogs: Repository<Dog>,
    @InjectRepository(Animal) private readonly animals: Repository<Animal>,
    @InjectRepository(Invoice) private readonly invoices: Repository<Invoice>,
    @InjectRepository(Article) private readonly articles: Repository<Article>,
    @InjectRepository(Category) private readonly categories: Repository<Category>,
  ) {}

  @Get() async wrongFind() {
    const orders = await this.orders.find();
    return orders[0].customer.name; // RLC003 customer
  }

  @Get() async find() {
    const orders = await this.orders.find({ relations: { customer: true } });
    return orders[0].customer.name;
  }

  @Get() async wrongFindBy(@Param('id') id: string) {
    const [order] = await this.orders.findBy({ id: In([id]) });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongFindOne(@Param('id') id: string) {
    const order = await this.orders.findOne({ where: { id } });
    return order?.customer.name; // RLC003 customer
  }

  @Get() async findOne(@Param('id') id: string) {
    const order = await this.orders.findOne({ where: { id }, relations: { customer: true } });
    return order?.customer.name;
  }

  @Get() async wrongFindOneBy(@Param('id') id: string) {
    const order = await this.orders.findOneBy({ id });
    if (order === null) throw new Error('No such order');
    return order.items.length; // RLC003 items
  }

  @Get() async wrongFindOneOrFail(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, order: { number: 'ASC' } });
    return order.items.length; // RLC003 items
  }

  @Get() async findOneOrFail(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { items: { product: true } } });
    return order.items[0].product.name;
  }

  @Get() async wrongNestedRelations(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { items: true } });
    return order.items[0].product.name; // RLC003 product
  }

  @Get() async wrongFindOneByOrFail(@Param('id') id: string) {
    const item = await this.items.findOneByOrFail({ id });
    return item.product.name; // RLC003 product
  }

  @Get() async wrongFindAndCount() {
    const [orders, count] = await this.orders.findAndCount({ take: 10 });
    return { count, first: orders[0].customer.name }; // RLC003 customer
  }

  @Get() async findAndCount() {
    const [orders, count] = await this.orders.findAndCount({ take: 10, relations: { customer: true } });
    return { count, first: orders[0].customer.name };
  }

  @Get() async wrongFindAndCountBy(@Param('id') id: string) {
    const [[order]] = await this.orders.findAndCountBy({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongWhereOnRelation() {
    const order = await this.orders.findOneOrFail({ where: { customer: { name: 'Ben' } } });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongOrderByRelation() {
    const orders = await this.orders.find({ order: { customer: { name: 'ASC' } } });
    return orders[0].customer.name; // RLC003 customer
  }

  @Get() async wrongRelationSwitchedOff(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: false, items: true } });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongSelect(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, select: { id: true, number: true } });
    return order.customer.name; // RLC003 customer
  }

  @Get() async selectOfRelation(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({
      where: { id },
      relations: { customer: true },
      select: { id: true, customer: { id: true, name: true } },
    });
    return order.customer.name;
  }

  @Get() async byQuery(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({
      where: { id },
      relations: { items: { product: true } },
      relationLoadStrategy: 'query',
    });
    return order.items[0].product.name;
  }

  @Get() async wrongBackwards(@Param('id') id: string) {
    const customer = await this.customers.findOneOrFail({ where: { id }, relations: { orders: true } });
    return customer.orders[0].customer.name; // RLC003 customer
  }

  @Get() async wrongSavedCreate(@Param('id') id: string) {
    const order = await this.orders.save(this.orders.create({ id: 'new', customerId: id }));
    return order.customer.name; // RLC003 customer
  }

  @Get() async savedCreateWithRelation(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const order = await this.orders.save(this.orders.create({ id: 'new', customer }));
    return order.customer.name;
  }

  @Get() async savedCreateWithList() {
    const customer = await this.customers.save(this.customers.create({ id: 'new', name: 'Eve', orders: [] }));
    return customer.orders.length;
  }

  @Get() async createThenAssign(@Param('id') id: string) {
    const order = this.orders.create({ id: 'new' });
    order.customer = await this.customers.findOneByOrFail({ id });
    const saved = await this.orders.save(order);
    return saved.customer.name;
  }

  @Get() async wrongSaveOfRead(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.state = 'paid';
    const saved = await this.orders.save(order);
    return saved.customer.name; // RLC003 customer
  }

  @Get() async saveOfRead(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    order.state = 'paid';
    const saved = await this.orders.save(order);
    return saved.customer.name;
  }

  @Get() async wrongPreload(@Param('id') id: string) {
    const order = await this.orders.preload({ id, state: 'paid' });
    return order?.customer.name; // RLC003 customer
  }

  @Get() async preloadWithRelation(@Param('id') id: string) {
    const order = await this.orders.preload({ id, customer: { id, name: 'Eve' } });
    return order?.customer.name;
  }

  @Get() async wrongMerge(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const merged = this.orders.merge(order, { state: 'paid' });
    return merged.customer.name; // RLC003 customer
  }

  @Get() async mergeOfRelation(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.orders.merge(order, { customer: { id, name: 'Eve' } });
    return order.customer.name;
  }

  @Get() async wrongChild(@Param('id') id: string) {
    const dog = await this.dogs.findOneByOrFail({ id });
    return dog.walker.name; // RLC003 walker
  }

  @Get() async child(@Param('id') id: string) {
    const dog = await this.dogs.findOneOrFail({ where: { id }, relations: { walker: true, owner: true } });
    return [dog.walker.name, dog.owner.name];
  }

  @Get() async wrongParentOfChildren() {
    const animals = await this.animals.find();
    return animals.map((animal) => animal.owner.name); // RLC003 owner
  }

  @Get() async lazy(@Param('id') id: string) {
    const invoice = await this.invoices.findOneByOrFail({ id });
    const order = await invoice.order;
    return order.number;
  }

  @Get() async wrongBehindLazy(@Param('id') id: string) {
    const invoice = await this.invoices.findOneByOrFail({ id });
    return (await invoice.order).customer.name; // RLC003 customer
  }

  @Get() async wrongTreeParent() {
    const category = await this.categories.findOneOrFail({ where: { name: 'Something' } });
    return (category.parent as Category).name; // RLC003 parent
  }

  @Get() async treeParent() {
    const category = await this.categories.findOneOrFail({
      where: { name: 'Something' },
      relations: { parent: true },
    });
    return category.parent?.name;
  }

  @Get() async relationIds(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, loadRelationIds: true });
    return [order.customer, order.items.length];
  }

  @Get() async wrongRelationsUndefined(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: undefined });
    return order.customer.name; // RLC003 customer
  }

  @Get() async relationsOfRelation(@Param('id') id: string) {
    const item = await this.items.findOneOrFail({ where: { id }, relations: { order: { customer: {} } } });
    return item.order.customer.name;
  }

  @Get() async wrongSeveralConditions(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({
      where: [{ id }, { customer: { id } }],
      relations: { items: true },
    });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongEagerSwitchedOff(@Param('id') id: string) {
    const article = await this.articles.findOneOrFail({ where: { id }, loadEagerRelations: false });
    return article.section.name; // RLC003 section
  }

  @Get() async eager(@Param('id') id: string) {
    const article = await this.articles.findOneByOrFail({ id });
    return article.section.name;
  }

  @Get() async count() {
    const orders = await this.orders.count({ where: { customer: { name: 'Ben' } } });
    return orders.toFixed();
  }
}
