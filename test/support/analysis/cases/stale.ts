import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { InjectModelRepository, RetryOnConflict, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, Stock } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

@Injectable()
export class StockKeeper {
  constructor(@InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>) {}

  /** Removes the row of what it is given. */
  async discard(stock: Stock): Promise<void> {
    await this.stocks.delete(stock);
  }

  async fill(stock: Stock, amount: number): Promise<Stock> {
    return this.stocks.update(stock, { amount });
  }

  @RetryOnConflict()
  @Transactional()
  async fillById(id: string, amount: number): Promise<Stock> {
    const stock = await this.stocks.getExistOne(id);
    return this.stocks.update(stock, { amount });
  }
}

/** Rows that are not there any more. */
@Controller('stale')
export class StaleController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    private readonly dataSource: DataSource,
    private readonly unitOfWork: UnitOfWork,
    private readonly keeper: StockKeeper,
  ) {}

  // TypeORM takes the key off what it removes

  @Get() async wrongKeyOfRemoved(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    await this.customers.remove(customer);
    return customer.id.length; // RLC007 id
  }

  @Get() async wrongKeyOfResult(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const removed = await this.customers.remove(customer);
    return removed.id.length; // RLC007 id
  }

  @Get() async wrongKeyOfRemovedByManager(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    await this.dataSource.manager.remove(customer);
    return `${customer.name} ${customer.id.length}`; // RLC007 id
  }

  @Get() async wrongKeyOfRemovedList() {
    const customers = await this.customers.find();
    await this.customers.remove(customers);
    return customers.map((customer) => customer.id.length); // RLC007 id
  }

  @Get() async keyBefore(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const { id: key } = customer;
    await this.customers.remove(customer);
    return key.length;
  }

  @Get() async otherFieldOfRemoved(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    await this.customers.remove(customer);
    return customer.name.length;
  }

  @Get() async removedAnswer(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    return this.customers.remove(customer);
  }

  @Get() async deletedByKey(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await this.orders.delete(order.id);
    return order.id.length;
  }

  @Get() async removedOther(@Param('id') id: string) {
    const [first, ...others] = await this.customers.find({ order: { id: 'ASC' } });
    await this.customers.remove(others);
    return first.id === id;
  }

  @Get() async removedUnderCondition(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    if (customer.name === '') {
      await this.customers.remove(customer);
      return null;
    }
    return customer.id.length;
  }

  @Get() async wrongKeyTaken(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const { id: key } = await this.customers.remove(customer); // RLC007 id
    return key.length;
  }

  @Get() async keyGivenAgain(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    await this.customers.remove(customer);
    customer.id = `${id}!`;
    return customer.id.length;
  }

  @Get() async keyOfCopy(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    const copy = { ...customer };
    await this.customers.remove(customer);
    return copy.id.length;
  }

  @Get() async keyOfSavedAgain(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    await this.customers.remove(customer);
    const saved = await this.customers.save({ ...customer, id: 'again' });
    return saved.id.length;
  }

  @Get() async keyOfRemovedReadAgain(@Param('id') id: string) {
    let customer = await this.customers.findOneByOrFail({ id });
    await this.customers.remove(customer);
    customer = this.customers.create({ id: 'new', name: customer.name });
    return customer.id.length;
  }

  // Models

  @Get() async fieldsOfDeleted(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.delete(article);
    return [article.id, article.title, article.author.name];
  }

  @Get() async deletedAnswer(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.articles.delete(article);
    return article;
  }

  @Get() async deletedInHook(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.unitOfWork.run(async () => {
      await this.articles.delete(article);
      this.unitOfWork.afterCommit(() => void article.title.length);
    });
  }

  @Get() async wrongMethodOfDeleted(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    await this.articles.delete(article);
    return article.byline(); // RLC008 byline
  }

  @Get() async methodOfDeletedWithRelation(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    await this.articles.delete(article);
    return article.byline();
  }

  @Get() async wrongMethodOfDeletedByService(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await this.keeper.discard(stock);
    return stock.label(); // RLC008 label
  }

  @Get() async wrongUpdateOfDeleted(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await this.stocks.delete(stock);
    await this.stocks.update(stock, { amount: 1 }); // RLC010
  }

  @Get() async wrongUpdateOfDeletedList() {
    const [stock, ...others] = await this.stocks.get({}, { fetch: 'all' });
    await this.stocks.delete([stock, ...others]);
    await this.stocks.update(stock, { amount: 1 }); // RLC010
  }

  @Get() async wrongUpdateOfDeletedInService(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await this.stocks.delete(stock);
    return this.keeper.fill(stock, 5); // RLC010
  }

  @Get() async updateOfOther(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await this.stocks.delete(stock);
    const added = await this.stocks.add({ amount: 1, ownerId: id });
    await this.stocks.update(added, { amount: 2 });
  }

  @Get() async deletedInOtherBranch(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    if (stock.amount === 0) await this.stocks.delete(stock);
    else await this.stocks.update(stock, { amount: 0 });
  }

  @Get() async deletedThenReadAgain(@Param('id') id: string) {
    let stock = await this.stocks.getExistOne(id);
    await this.stocks.delete(stock);
    stock = await this.stocks.add({ amount: 1, ownerId: id });
    return this.keeper.fill(stock, 5);
  }

  // Undone

  @Get() async wrongUpdateAfterRollback(@Param('id') id: string) {
    let stock: Stock | undefined;
    try {
      await this.unitOfWork.run(async () => {
        stock = await this.stocks.add({ amount: 1, ownerId: id });
        throw new Error('undone');
      });
    } catch {
      if (stock) await this.stocks.update(stock, { amount: 2 }); // RLC010
    }
  }

  @Get() async wrongMethodAfterRollback(@Param('id') id: string) {
    let stock: Stock | undefined;
    try {
      await this.unitOfWork.run(async () => {
        stock = await this.stocks.add({ amount: 1, ownerId: id });
        throw new Error('undone');
      });
    } catch {
      return stock?.label(); // RLC008 label
    }
    return null;
  }

  @Get() async readAgainAfterRollback(@Param('id') id: string) {
    try {
      await this.unitOfWork.run(async () => {
        await this.stocks.add({ amount: 1, ownerId: id });
        throw new Error('undone');
      });
    } catch {
      const stock = await this.stocks.getExistOne(id);
      await this.stocks.update(stock, { amount: 2 });
    }
  }

  @Get() async deletionUndone(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    try {
      await this.unitOfWork.run(async () => {
        await this.stocks.delete(stock);
        throw new Error('undone');
      });
    } catch {
      await this.stocks.update(stock, { amount: 2 });
    }
  }

  @Get() async failureAfterCommit(@Param('id') id: string) {
    let stock: Stock | undefined;
    try {
      stock = await this.unitOfWork.run(() => this.stocks.add({ amount: 1, ownerId: id }));
      throw new Error('after the commit');
    } catch {
      if (stock) await this.stocks.update(stock, { amount: 2 });
    }
  }

  @Get() async failureOutside(@Param('id') id: string) {
    let stock: Stock | undefined;
    try {
      stock = await this.stocks.add({ amount: 1, ownerId: id });
      throw new Error('without a transaction');
    } catch {
      if (stock) await this.stocks.update(stock, { amount: 2 });
    }
  }

  @Get() async readBeforeRollback(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await this.unitOfWork
      .run(async () => {
        await this.stocks.update(stock, { amount: 2 });
        throw new Error('undone');
      })
      .catch(() => undefined);
    return this.stocks.update(stock, { amount: 3 });
  }

  @Get() async deletedInLoop() {
    for (const stock of await this.stocks.get({}, { fetch: 'all' })) {
      if (stock.amount === 5) {
        await this.stocks.delete(stock);
        continue;
      }
      await this.stocks.update(stock, { amount: 1 });
    }
  }

  @Get() async afterCommit(@Param('id') id: string) {
    const stock = await this.unitOfWork.run(() => this.stocks.add({ amount: 1, ownerId: id }));
    await this.stocks.update(stock, { amount: 2 });
    return stock.label();
  }

  @Get() async retriedById(@Param('id') id: string) {
    const stock = await this.keeper.fillById(id, 5);
    return this.keeper.fill(stock, 6);
  }
}
