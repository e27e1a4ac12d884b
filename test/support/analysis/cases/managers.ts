import { Controller, Get, Param } from '@nestjs/common';
import { InjectDataSource, InjectEntityManager, InjectRepository } from '@nestjs/typeorm';
import { DataSource, EntityManager, Repository } from 'typeorm';
import { InjectModelRepository, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Article, Category, Customer, Note, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Other ways to rows: managers, data sources, transactions, active records, trees. */
@Controller('managers')
export class ManagersController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @InjectEntityManager() private readonly manager: EntityManager,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Get() async wrongManager(@Param('id') id: string) {
    const order = await this.manager.findOneByOrFail(Order, { id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async ofManager(@Param('id') id: string) {
    const order = await this.manager.findOneOrFail(Order, { where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async wrongManagerFind() {
    const orders = await this.manager.find(Order, { take: 3 });
    return orders[0].items.length; // RLC003 items
  }

  @Get() async wrongManagerOfDataSource(@Param('id') id: string) {
    const article = await this.dataSource.manager.findOneBy(Article, { id });
    return article?.author.name; // RLC003 author
  }

  @Get() async wrongRepositoryOfDataSource(@Param('id') id: string) {
    const repository = this.dataSource.getRepository(Order);
    const order = await repository.findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async repositoryOfDataSource(@Param('id') id: string) {
    const order = await this.dataSource
      .getRepository(Order)
      .findOneOrFail({ where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async wrongManagerSave(@Param('id') id: string) {
    const order = await this.manager.save(this.manager.create(Order, { id: 'new', customerId: id }));
    return order.customer.name; // RLC003 customer
  }

  @Get() async managerSave(@Param('id') id: string) {
    const customer = await this.manager.findOneByOrFail(Customer, { id });
    const order = await this.manager.save(this.manager.create(Order, { id: 'new', customer }));
    return order.customer.name;
  }

  @Get() async wrongTransaction(@Param('id') id: string) {
    return this.dataSource.transaction(async (manager) => {
      const order = await manager.findOneByOrFail(Order, { id });
      return order.customer.name; // RLC003 customer
    });
  }

  @Get() async transaction(@Param('id') id: string) {
    return this.dataSource.transaction('SERIALIZABLE', async (manager) => {
      const order = await manager.findOneOrFail(Order, { where: { id }, relations: { customer: true } });
      return order.customer.name;
    });
  }

  @Get() async wrongOutOfTransaction(@Param('id') id: string) {
    const order = await this.dataSource.transaction((manager) => manager.findOneByOrFail(Order, { id }));
    return order.customer.name; // RLC003 customer
  }

  @Get() async outOfTransaction(@Param('id') id: string) {
    const order = await this.manager.transaction((manager) =>
      manager.getRepository(Order).findOneOrFail({ where: { id }, relations: { customer: true } }),
    );
    return order.customer.name;
  }

  @Get() async wrongUnitOfWork(@Param('id') id: string) {
    const article = await this.unitOfWork.run(() => this.articles.getExistOne(id));
    return article.author.name; // RLC003 author
  }

  @Get() async unitOfWorkResult(@Param('id') id: string) {
    const article = await this.unitOfWork.run(async () => {
      const read = await this.articles.getExistOne(id, { load: ['author'] });
      return this.articles.update(read, { title: 'Changed' });
    });
    return article.author.name;
  }

  @Get() async wrongInsideUnitOfWork(@Param('id') id: string) {
    await this.unitOfWork.run(
      async () => {
        const article = await this.articles.getExistOne(id, { withForUpdate: true });
        this.greet(article.author.name); // RLC003 author
      },
      { propagation: 'NESTED' },
    );
  }

  @Get() @Transactional() async wrongTransactional(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongWithRepository(@Param('id') id: string) {
    return this.dataSource.transaction(async (manager) => {
      const order = await manager.withRepository(this.orders).findOneByOrFail({ id });
      return order.customer.name; // RLC003 customer
    });
  }

  @Get() async assignedInTransaction(@Param('id') id: string) {
    let order: Order | undefined;
    await this.dataSource.transaction(async (manager) => {
      order = await manager.findOneOrFail(Order, { where: { id }, relations: { customer: true } });
    });
    return order?.customer.name;
  }

  @Get() async wrongActiveRecord(@Param('id') id: string) {
    const note = await Note.findOneBy({ id });
    return note?.writer.name; // RLC003 writer
  }

  @Get() async wrongActiveRecordFind() {
    const notes = await Note.find();
    return notes.map((note) => note.writer.name); // RLC003 writer
  }

  @Get() async activeRecord(@Param('id') id: string) {
    const note = await Note.findOneOrFail({ where: { id }, relations: { writer: true } });
    return note.writer.name;
  }

  @Get() async wrongActiveRecordBuilder() {
    const note = await Note.createQueryBuilder('note').getOneOrFail();
    return note.writer.name; // RLC003 writer
  }

  @Get() async activeRecordOfItsOwn(@Param('id') id: string) {
    const note = new Note();
    note.id = 'new';
    note.text = 'Written';
    note.writer = await this.manager.findOneByOrFail(Customer, { id });
    await note.save();
    return note.writer.name;
  }

  @Get() async reloaded(@Param('id') id: string) {
    const note = await Note.findOneOrFail({ where: { id }, relations: { writer: true } });
    await note.reload();
    return note.text;
  }

  @Get() async trees() {
    const trees = await this.dataSource.getTreeRepository(Category).findTrees();
    return trees[0].children.map((child) => child.children.length);
  }

  @Get() async descendants() {
    const repository = this.manager.getTreeRepository(Category);
    const [root] = await repository.findRoots();
    const tree = await repository.findDescendantsTree(root);
    return tree.children[0].name;
  }

  @Get() async ancestors() {
    const repository = this.manager.getTreeRepository(Category);
    const leaf = await repository.findOneByOrFail({ name: 'Something' });
    const tree = await repository.findAncestorsTree(leaf);
    return tree.parent?.name;
  }

  @Get() async rows(@Param('id') id: string) {
    const rows = await this.dataSource.query('SELECT c.name AS customer FROM customer c WHERE c.id = ?', [id]);
    return rows[0].customer.length;
  }

  @Get() async extendedRepository(@Param('id') id: string) {
    const repository = this.orders.extend({
      withCustomer(key: string): Promise<Order> {
        return this.findOneOrFail({ where: { id: key }, relations: { customer: true } });
      },
    });
    const order = await repository.withCustomer(id);
    return order.customer.name;
  }

  @Get() async wrongQueryRunner(@Param('id') id: string) {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      const order = await runner.manager.findOneByOrFail(Order, { id });
      await runner.commitTransaction();
      return order.customer.name; // RLC003 customer
    } finally {
      await runner.release();
    }
  }

  @Get() async queryRunner(@Param('id') id: string) {
    const runner = this.dataSource.createQueryRunner();
    try {
      const order = await runner.manager.findOneOrFail(Order, { where: { id }, relations: { customer: true } });
      return order.customer.name;
    } finally {
      await runner.release();
    }
  }

  @Get() async wrongByName(@Param('id') id: string) {
    const order = await this.dataSource.getRepository<Order>('Order').findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async byName(@Param('id') id: string) {
    const repository = this.manager.getRepository<Order>('Order');
    const order = await repository.findOneOrFail({ where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  @Get() async wrongManagerPreload(@Param('id') id: string) {
    const order = await this.manager.preload(Order, { id, state: 'paid' });
    return order?.customer.name; // RLC003 customer
  }

  @Get() async wrongDestructuredRepository(@Param('id') id: string) {
    const { orders } = this;
    const order = await orders.findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongActiveRecordCreated() {
    const note = await Note.create({ id: 'new', text: 'Written' }).save();
    return note.writer.name; // RLC003 writer
  }

  private greet(name: string): string {
    return `Hello ${name}`;
  }
}
