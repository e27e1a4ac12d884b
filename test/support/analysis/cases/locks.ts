import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { InjectModelRepository, RequiresForUpdate, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Stock } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

@Injectable()
export class Warehouse {
  constructor(@InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>) {}

  @RequiresForUpdate()
  async move(stock: Stock, count: number): Promise<void> {
    await this.stocks.update(stock, { amount: stock.amount + count });
  }

  @RequiresForUpdate({ argument: 1 })
  async moveMany(_reason: string, stocks: Stock[]): Promise<void> {
    for (const stock of stocks) await this.stocks.update(stock, { amount: 0 });
  }

  async take(stock: Stock): Promise<void> {
    stock.take(1); // RLC014 take
    await this.stocks.save(stock);
  }

  async takeLocked(stock: Stock): Promise<void> {
    stock.take(1);
    await this.stocks.save(stock);
  }

  @Transactional()
  async order(id: string): Promise<void> {
    const stock = await this.stocks.getExistOne(id);
    stock.take(1); // RLC014 take
    await this.stocks.save(stock);
  }

  @Transactional()
  async orderLocked(id: string): Promise<void> {
    const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
    stock.take(1);
    await this.stocks.save(stock);
  }

  locked(id: string): Promise<Stock> {
    return this.stocks.getExistOne(id, { withForUpdate: true });
  }
}

/** Methods that want their row locked. */
@Controller('locks')
export class LocksController {
  constructor(
    @InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>,
    private readonly warehouse: Warehouse,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Get() async wrongMethod(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    stock.take(1); // RLC014 take
  }

  @Get() async wrongInUnitOfWork(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.getExistOne(id, { load: ['owner'] });
      stock.take(1); // RLC014 take
    });
  }

  @Get() async locked(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
      stock.take(1);
      await this.stocks.save(stock);
    });
  }

  @Get() async lockedWithDetails(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.get({ id }, { withForUpdate: { timeout: 500 }, load: ['owner'] });
      stock?.take(1);
    });
  }

  @Get() async wrongLockedNot(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.getExistOne(id, { withForUpdate: false });
      stock.take(1); // RLC014 take
    });
  }

  @Get() async lockedMaybe(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.getExistOne(id, { withForUpdate: id.length > 0 });
      stock.take(1);
    });
  }

  @Get() async wrongList() {
    const stocks = await this.stocks.get({}, { fetch: 'all' });
    stocks.forEach((stock) => stock.take(1)); // RLC014 take
  }

  @Get() async lockedList() {
    await this.unitOfWork.run(async () => {
      const stocks = await this.stocks.get({}, { fetch: 'all', withForUpdate: true });
      for (const stock of stocks) stock.take(1);
      await this.stocks.save(stocks);
    });
  }

  @Get() wrongTransactional(@Param('id') id: string) {
    return this.warehouse.order(id);
  }

  @Get() transactional(@Param('id') id: string) {
    return this.warehouse.orderLocked(id);
  }

  @Get() async wrongInService(@Param('id') id: string) {
    return this.warehouse.take(await this.stocks.getExistOne(id));
  }

  @Get() async inService(@Param('id') id: string) {
    return this.unitOfWork.run(async () => this.warehouse.takeLocked(await this.warehouse.locked(id)));
  }

  @Get() async wrongArgument(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    await this.warehouse.move(stock, 5); // RLC014 move
  }

  @Get() async lockedArgument(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
      await this.warehouse.move(stock, 5);
    });
  }

  @Get() async wrongListArgument() {
    const stocks = await this.stocks.get({}, { fetch: 'all' });
    await this.warehouse.moveMany('counted', stocks); // RLC014 moveMany
  }

  @Get() async lockedListArgument() {
    await this.unitOfWork.run(async () => {
      await this.warehouse.moveMany('counted', await this.stocks.get({}, { fetch: 'all', withForUpdate: true }));
    });
  }

  @Get() async ofNewRow(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const stock = await this.stocks.add({ amount: 5, ownerId: id });
      stock.take(1);
      await this.stocks.save(stock);
    });
  }

  @Get() async ofNewEntity() {
    const stock = new Stock();
    stock.amount = 5;
    stock.take(1);
    return stock.amount;
  }

  @Get() async readThenLocked(@Param('id') id: string) {
    await this.unitOfWork.run(async () => {
      const seen = await this.stocks.getExistOne(id);
      if (seen.amount === 0) return;
      const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
      stock.take(1);
    });
  }

  @Get() async otherMethod(@Param('id') id: string) {
    const stock = await this.stocks.getExistOne(id);
    return stock.label();
  }
}
