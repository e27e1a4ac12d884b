import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { makePlan } from '../../sample/orders/load/make-plan.js';
import { printReport } from '../../sample/orders/load/print-report.js';
import { type LoadReport, runLoad } from '../../sample/orders/load/run-load.js';
import { CustomerService } from '../../sample/orders/customers/customer.service.js';
import { Customer } from '../../sample/orders/customers/customer.js';
import { Product } from '../../sample/orders/products/product.js';
import { createTestDatabase, DATABASES_OF_FULL_RUNS, type FreshDatabase } from '../support/databases.js';
import { type RunningShop, startOrders } from './support/start-orders.js';

const LOAD = { seed: 20_261_120, clients: process.env['CI'] === undefined ? 8 : 16, operations: 8 };

describe.each(DATABASES_OF_FULL_RUNS)('the load on the shop on $name', ({ name, hasConcurrency }) => {
  // PGlite has one session, which requests at the same time would share. SQLite has one too, but its own queue.
  const itAtOnce = name === 'postgres' && !hasConcurrency ? it.skip : it;

  let database: FreshDatabase;
  let shop: RunningShop;

  beforeAll(async () => {
    database = await createTestDatabase(name);
    shop = await startOrders(database.options);
  });

  afterAll(async () => {
    await shop?.app.close();
    await database?.drop();
  });

  const run = (): Promise<LoadReport> => runLoad({ url: shop.url, ...LOAD });

  itAtOnce('leaves books that balance', async () => {
    const report = await run();
    expect(report.faults).toEqual([]);
    const { acknowledged, conflicts } = report.tally;
    const kinds = ['cancel', 'deposit', 'import', 'order', 'pay', 'restock', 'ship'];
    expect([...acknowledged.keys()]).toEqual(expect.arrayContaining(kinds));
    // An edit succeeds when nobody sells the product between its two requests.
    expect((acknowledged.get('edit') ?? 0) + (conflicts.get('412 PRECONDITION_FAILED') ?? 0)).toBeGreaterThan(0);
    expect(printReport(report)).toContain('The books balance.');
  });

  itAtOnce('finds a deposit that was acknowledged and never made', async () => {
    const deposit = jest.spyOn(shop.app.get(CustomerService), 'deposit');
    deposit.mockImplementationOnce(async (customer) => customer);
    try {
      expect((await run()).faults).toEqual([
        expect.stringMatching(/^Customer .*: deposited must be \d+, but is \d+$/),
        expect.stringMatching(/^Customer .*: balance must be \d+, but is \d+$/),
      ]);
    } finally {
      deposit.mockRestore();
    }
  });

  itAtOnce('finds money that came from nowhere and goods that are gone', async () => {
    const dataSource = shop.app.get(DataSource);
    const clean = (await shop.http.get('/books')).body;
    const [{ productId }] = clean.products;
    const [{ customerId }] = clean.customers;
    await dataSource
      .createQueryBuilder()
      .update(Customer)
      .set({ balance: () => 'balance + 1' })
      .where({ id: customerId })
      .execute();
    await dataSource
      .createQueryBuilder()
      .update(Product)
      .set({ stock: () => 'stock - 1' })
      .where({ id: productId })
      .execute();
    const { isBalanced, products, customers } = (await shop.http.get('/books')).body;
    const wrong = [...products, ...customers].filter((account) => !account.isBalanced);
    expect({ isBalanced, wrong }).toEqual({
      isBalanced: false,
      wrong: [expect.objectContaining({ productId }), expect.objectContaining({ customerId })],
    });
    expect((await run()).faults).toEqual([expect.stringContaining(productId), expect.stringContaining(customerId)]);
  });
});

describe('the plan of a load', () => {
  const size = { clients: 5, operations: 50, products: 8, customers: 3 };

  it('follows from its seed', () => {
    expect(makePlan(7, size)).toEqual(makePlan(7, size));
    expect(makePlan(7, size)).not.toEqual(makePlan(8, size));
  });

  it('has every kind of action', () => {
    const kinds = new Set(
      makePlan(7, size)
        .flat()
        .map(({ kind }) => kind),
    );
    expect(kinds.size).toBe(8);
  });
});
