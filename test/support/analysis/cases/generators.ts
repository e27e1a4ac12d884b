import { Readable } from 'node:stream';
import { Controller, Get, Injectable, Param, StreamableFile } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Article, Order, Stock } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

@Injectable()
export class Exports {
  constructor(
    @InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>,
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
  ) {}

  async *lockedThenWritten(id: string): AsyncGenerator<number> {
    const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
    yield stock.amount;
    await this.stocks.update(stock, { amount: 0 }); // RLC013
  }

  async *readAgain(id: string): AsyncGenerator<number> {
    const seen = await this.stocks.getExistOne(id);
    yield seen.amount;
    const stock = await this.stocks.getExistOne(id);
    await this.stocks.update(stock, { amount: 0 });
  }

  async *onlyRead(id: string): AsyncGenerator<string> {
    const article = await this.articles.getExistOne(id, { load: ['author'] });
    yield article.title;
    yield article.author.name;
  }

  async *unloaded(): AsyncGenerator<string> {
    for await (const article of this.articles.stream()) yield article.author.name; // RLC003 author
  }

  async *loaded(): AsyncGenerator<string> {
    for await (const article of this.articles.stream({}, { load: ['author'] })) yield article.author.name;
  }
}

/** Generators: what was read before a yield is old after it. */
@Controller('generators')
export class GeneratorsController {
  constructor(
    @InjectModelRepository(Stock) private readonly stocks: WideRepository<Stock>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    private readonly unitOfWork: UnitOfWork,
    private readonly exports: Exports,
  ) {}

  @Get() async wrongService(@Param('id') id: string) {
    return this.unitOfWork.run(async () => {
      const amounts: number[] = [];
      for await (const amount of this.exports.lockedThenWritten(id)) amounts.push(amount);
      return amounts;
    });
  }

  @Get() async service(@Param('id') id: string) {
    const amounts: number[] = [];
    for await (const amount of this.exports.readAgain(id)) amounts.push(amount);
    return amounts;
  }

  @Get() async onlyRead(@Param('id') id: string) {
    const texts: string[] = [];
    for await (const text of this.exports.onlyRead(id)) texts.push(text);
    return texts;
  }

  @Get() async wrongOwn(@Param('id') id: string) {
    for await (const amount of this.saved(id)) void amount;
  }

  @Get() async wrongMethod(@Param('id') id: string) {
    for await (const amount of this.taken(id)) void amount;
  }

  @Get() async writtenBefore(@Param('id') id: string) {
    for await (const amount of this.written(id)) void amount;
  }

  @Get() async wrongUnloaded() {
    const names: string[] = [];
    for await (const name of this.exports.unloaded()) names.push(name);
    return names;
  }

  @Get() async loaded() {
    const names: string[] = [];
    for await (const name of this.exports.loaded()) names.push(name);
    return names;
  }

  @Get() async streamed() {
    const ids: string[] = [];
    for await (const id of this.emptied()) ids.push(id);
    return ids;
  }

  @Get() async readEachTime(@Param('id') id: string) {
    for await (const amount of this.readInLoop([id])) void amount;
  }

  @Get() wrongFile() {
    return new StreamableFile(Readable.from(this.lines()));
  }

  @Get() async wrongPlainGenerator() {
    return [...this.names(await this.orders.find())];
  }

  @Get() async plainGenerator() {
    return [...this.rightNames(await this.orders.find({ relations: { customer: true } }))];
  }

  private async *saved(id: string): AsyncGenerator<number> {
    const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
    yield stock.amount;
    stock.amount = 0;
    await this.stocks.save(stock); // RLC013
  }

  private async *taken(id: string): AsyncGenerator<number> {
    const stock = await this.stocks.getExistOne(id, { withForUpdate: true });
    yield stock.amount;
    stock.take(1); // RLC013|RLC014
  }

  private async *written(id: string): AsyncGenerator<number> {
    const stock = await this.stocks.getExistOne(id);
    await this.stocks.update(stock, { amount: 0 });
    yield stock.amount;
  }

  private async *emptied(): AsyncGenerator<string> {
    for await (const stock of this.stocks.stream()) {
      await this.stocks.update(stock, { amount: 0 });
      yield stock.id;
    }
  }

  private async *readInLoop(ids: string[]): AsyncGenerator<number> {
    for (const id of ids) {
      const stock = await this.stocks.getExistOne(id);
      await this.stocks.update(stock, { amount: 0 });
      yield stock.amount;
    }
  }

  private async *lines(): AsyncGenerator<string> {
    for (const order of await this.orders.find()) {
      yield `${order.number} ${order.customer.name}\n`; // RLC003 customer
    }
  }

  private *names(orders: Order[]): Generator<string> {
    for (const order of orders) yield order.customer.name; // RLC003 customer
  }

  private *rightNames(orders: Order[]): Generator<string> {
    for (const order of orders) yield order.customer.name;
  }
}
