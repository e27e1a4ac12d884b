import { Controller, Get, Inject, Injectable, Param, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { InjectModelRepository } from 'nestjs-sqlmodel-ext';
import { Article, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Controllers and providers that Nest makes for each request. */

@Injectable({ scope: Scope.REQUEST })
export class RequestService {
  private readonly load = ['author'];

  constructor(
    @Inject(REQUEST) private readonly request: { article?: { author: { name: string } } },
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
  ) {}

  bare(id: string): Promise<Article> {
    return this.articles.getExistOne(id);
  }

  withAuthor(id: string): Promise<Article> {
    return this.articles.getExistOne(id, { load: this.load });
  }

  authorOfRequest(): string | undefined {
    return this.request.article?.author.name;
  }
}

@Injectable({ scope: Scope.TRANSIENT })
export class TransientService {
  @InjectRepository(Order) private readonly orders: Repository<Order>;

  bare(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }

  withCustomer(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
export class ScopedController {
  private readonly names = ['customer'];

  constructor(
    private readonly service: RequestService,
    private readonly transient: TransientService,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
  ) {}

  @Get() async wrongOwn(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async own(@Param('id') id: string) {
    const relations = Object.fromEntries(this.names.map((name) => [name, true]));
    const order = await this.orders.findOneOrFail({ where: { id }, relations });
    return order.customer.name;
  }

  @Get() async wrongService(@Param('id') id: string) {
    const article = await this.service.bare(id);
    return article.author.name; // RLC003 author
  }

  @Get() async ofService(@Param('id') id: string) {
    const article = await this.service.withAuthor(id);
    return article.author.name;
  }

  @Get() ofRequest() {
    return this.service.authorOfRequest();
  }

  @Get() async wrongTransient(@Param('id') id: string) {
    const order = await this.transient.bare(id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async ofTransient(@Param('id') id: string) {
    const order = await this.transient.withCustomer(id);
    return order.customer.name;
  }
}

/** Becomes request-scoped by what is injected. */
@Controller('scoped-by-service')
export class ScopedByServiceController {
  constructor(private readonly service: RequestService) {}

  @Get() async wrongService(@Param('id') id: string) {
    const article = await this.service.bare(id);
    return article.author.name; // RLC003 author
  }

  @Get() async ofService(@Param('id') id: string) {
    const article = await this.service.withAuthor(id);
    return article.author.name;
  }
}
