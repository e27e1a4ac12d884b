import { READS } from './read.js';
import { SOURCES } from './source.js';
import { TRANSPORTS } from './transport.js';

/** Handlers in one class. */
const PER_CLASS = 100;

/**
 * A module of controllers with a handler for each combination of a way to get an entity, a way to pass it on, and a way
 * to read its relation: `right_…` where the relation is loaded, `wrong_…` where it is not.
 *
 * @param isTaken asked once for each combination
 */
export function combinedControllers(isTaken: () => boolean): string {
  const handlers: string[] = [];
  for (const source of SOURCES) {
    for (const transport of TRANSPORTS) {
      for (const read of READS) {
        for (const isLoaded of [true, false]) {
          if (!isTaken()) continue;
          const body = transport.statements(
            source.expression(isLoaded),
            (entity) => read.statements(entity, source.relation),
            source.expression(!isLoaded),
          );
          const name = [isLoaded ? 'right' : 'wrong', source.name, transport.name, read.name].join('_');
          handlers.push(`  async ${name}(id) { ${body} }`);
        }
      }
    }
  }
  const classes: string[] = [];
  for (let first = 0; first < handlers.length; first += PER_CLASS) {
    classes.push(controller(`Combined${classes.length}`, handlers.slice(first, first + PER_CLASS)));
  }
  return [AROUND, ...classes].join('\n');
}

/** What the combinations use. */
const AROUND = `
import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { getDataSourceToken, getRepositoryToken } from '@nestjs/typeorm';
import { getModelRepositoryToken, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, User } from './test/support/analysis/models.js';

const same = (x) => x;
function second(_first, ...others) { return others[0]; }
function* each(list) { for (const x of list) yield x; }
async function* eachAsync(list) { for (const x of list) yield x; }
const customerNameOf = (order) => order.customer.name;
function authorNameOf({ author }) { return author.name; }
const readBare = (orders, id) => orders.findOneByOrFail({ id });
async function readFull(orders, id) { return orders.findOneOrFail({ where: { id }, relations: { customer: true } }); }

class Box {
  constructor(value) { this.value = value; }
  get() { return this.value; }
}

class Inner {
  constructor(orders) { this.orders = orders; }
  bare(id) { return this.orders.findOneByOrFail({ id }); }
  async full(id) {
    const order = await this.orders.findOne({ where: { id }, relations: { customer: true } });
    if (!order) throw new Error('No such order');
    return order;
  }
}

export class Service {
  constructor(orders) { this.orders = orders; this.inner = new Inner(orders); }
  bare(id) { return this.inner.bare(id); }
  full(id) { return this.by(id, true); }
  async by(id, customer) { return this.orders.findOneOrFail({ where: { id }, relations: { customer } }); }
  same(x) { return x; }
  customerNameOf(order) { return order.customer.name; }
  authorNameOf({ author: { name } }) { return name; }
}

const inject = (type, tokens) => tokens.forEach((token, position) => Inject(token)(type, undefined, position));
inject(Service, [getRepositoryToken(Order)]);
Injectable()(Service);

function declare(type) {
  inject(type, [
    getRepositoryToken(Order), getRepositoryToken(Customer), getModelRepositoryToken(Article),
    getModelRepositoryToken(User), getDataSourceToken(), UnitOfWork, Service,
  ]);
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(type.prototype))) {
    if (/^(right|wrong)_/.test(name)) Get(name)(type.prototype, name, descriptor);
  }
  Controller(type.name)(type);
}`;

function controller(name: string, handlers: readonly string[]): string {
  return `
export class ${name} {
  sameArrow = (x) => x;
  constructor(orders, customers, articles, users, dataSource, unitOfWork, service) {
    Object.assign(this, { orders, customers, articles, users, dataSource, unitOfWork, service });
  }
  same(x) { return x; }
  async sameAsync(x) { return x; }
  with(x, use) { return use(x); }
  #bare(id) { return this.orders.findOneByOrFail({ id }); }
  async #full(id) { return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } }); }
${handlers.join('\n')}
}
declare(${name});`;
}
