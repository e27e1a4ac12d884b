import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { getModelRepositoryToken, ModelRepository, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { DataSource } from 'typeorm';
import { Order } from '../../sample/orders/orders/order.js';
import { ProductService } from '../../sample/orders/products/product.service.js';
import { Product } from '../../sample/orders/products/product.js';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';
import { expectDatabaseError, expectError } from './support/expect-error.js';
import type { HttpAnswer, HttpClient } from './support/http-client.js';
import { TIMESTAMP, UNKNOWN_UUID, UUID } from './support/patterns.js';
import { platformsOn } from './support/platform.js';
import { type RunningShop, startOrders } from './support/start-orders.js';

const CASES = DATABASES.flatMap((database) =>
  platformsOn(database.name).map((platform) => ({ ...database, platform })),
);

describe.each(CASES)('the shop on $name and $platform', ({ name, hasConcurrency, platform }) => {
  // PGlite has one session, which requests at the same time would share. SQLite has one too, but its own queue.
  const itAtOnce = name === 'postgres' && !hasConcurrency ? it.skip : it;
  const itWithTwoTransactions = hasConcurrency ? it : it.skip;

  let database: FreshDatabase;
  let shop: RunningShop;
  let http: HttpClient;

  beforeAll(async () => {
    database = await createTestDatabase(name);
    shop = await startOrders(database.options, platform);
    http = shop.http;
  });

  afterAll(async () => {
    await shop?.app.close();
    await database?.drop();
  });

  let serial = 0;
  async function made(answer: Promise<HttpAnswer>): Promise<any> {
    const { status, body } = await answer;
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  }
  const newProduct = (fields: object = {}) =>
    made(http.post('/products', { sku: `SKU-${++serial}`, name: 'Pen', price: 100, stock: 10, ...fields }));
  const newCustomer = (balance = 10_000) => made(http.post('/customers', { name: 'Ada', balance }));
  const orderOf = (customer: any, lines: [any, number][], more: object = {}) =>
    http.post('/orders', {
      customerId: customer.id,
      lines: lines.map(([product, quantity]) => ({ productId: product.id, quantity })),
      ...more,
    });
  const newOrder = (customer: any, lines: [any, number][], more: object = {}) => made(orderOf(customer, lines, more));
  const later = { payNow: false };

  async function got(path: string): Promise<any> {
    const { status, body } = await http.get(path);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  }
  const stockOf = async (product: any) => (await got(`/products/${product.id}`)).stock;
  const balanceOf = async (customer: any) => (await got(`/customers/${customer.id}`)).balance;
  const statusOf = async (order: any) => (await got(`/orders/${order.id}`)).status;
  const pay = (order: any) => http.post(`/orders/${order.id}/payment`);
  const cancel = (order: any) => http.post(`/orders/${order.id}/cancellation`);
  const ship = () => http.post('/shipments/next', { worker: 'Wilma' });
  const statuses = async (answers: Promise<HttpAnswer>[]) =>
    (await Promise.all(answers)).map(({ status }) => status).sort();
  async function shipAll(): Promise<void> {
    while ((await ship()).status === 201);
  }

  describe('products', () => {
    it('are made, read and listed', async () => {
      const product = await newProduct({ name: ' Pen ' });
      expect(product).toEqual({
        id: expect.stringMatching(UUID),
        sku: expect.stringMatching(/^SKU-\d+$/),
        name: 'Pen',
        price: 100,
        stock: 10,
        createdAt: expect.stringMatching(TIMESTAMP),
        updatedAt: expect.stringMatching(TIMESTAMP),
      });
      expect(await got(`/products/${product.id}`)).toEqual(product);
      expect((await got('/products?limit=1')).items).toEqual([product]);
      expectError(await http.get(`/products/${UNKNOWN_UUID}`), 404, 'Product not found');
    });

    it('are refused with values that do not fit', async () => {
      const valid = { sku: 'NEVER', name: 'Pen', price: 100, stock: 1 };
      const wrong = { price: 0, stock: -1, name: ' ', sku: '', version: 7, id: UNKNOWN_UUID };
      for (const [field, value] of Object.entries(wrong)) {
        expectError(await http.post('/products', { ...valid, [field]: value }), 400, field);
      }
      const { sku } = await newProduct();
      expectDatabaseError(await http.post('/products', { ...valid, sku }), 409);
    });

    it('are edited by who has seen them', async () => {
      const product = await newProduct();
      const path = `/products/${product.id}`;
      const edit = (price: number, tag?: string) =>
        http.send('PATCH', path, { price }, { 'content-type': 'application/json', ...(tag && { 'if-match': tag }) });
      const seen = (await http.get(path)).headers.get('etag') ?? '';
      expect(seen).toMatch(/^"1-/);
      expectError(await edit(1), 428, 'Send the ETag');
      const edited = await edit(200, seen);
      expect(edited).toMatchObject({ status: 200, body: { price: 200 } });
      expect(edited.headers.get('etag')).toMatch(/^"2-/);
      expectError(await edit(300, seen), 412, 'If-Match names another version');
      expect((await edit(300, edited.headers.get('etag') ?? '')).status).toBe(200);
      for (const field of ['version', 'stock', 'sku']) {
        const body = { [field]: 5 };
        const headers = { 'content-type': 'application/json', 'if-match': '*' };
        expectError(await http.send('PATCH', path, body, headers), 400, field);
      }
      expect(await got(path)).toMatchObject({ price: 300, stock: 10 });
    });

    it('are not edited over a change that comes after the comparison: 409', async () => {
      const product = await newProduct();
      const { update } = ModelRepository.prototype;
      const spy = jest.spyOn(ModelRepository.prototype, 'update').mockImplementationOnce(async function (
        this: ModelRepository<Product>,
        ...args
      ) {
        spy.mockRestore();
        await http.post(`/products/${product.id}/restocks`, { quantity: 5 });
        return update.apply(this, args as never);
      });
      const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
      const answer = await http.send('PATCH', `/products/${product.id}`, { price: 1 }, headers);
      expectError(answer, 409, 'changed by somebody else');
      expect(answer.body.code).toBe('OPTIMISTIC_LOCK');
      expect(await got(`/products/${product.id}`)).toMatchObject({ price: 100, stock: 15 });
    });

    itAtOnce('count every restock, however many come at the same time', async () => {
      const product = await newProduct({ stock: 0 });
      const restock = (quantity: unknown) => http.post(`/products/${product.id}/restocks`, { quantity });
      const quantities = Array.from({ length: 12 }, (_, index) => index + 1);
      expect(new Set(await statuses(quantities.map(restock)))).toEqual(new Set([200]));
      expect(await stockOf(product)).toBe(78);
      for (const wrong of [0, -1, 1.5, '5', null]) expectError(await restock(wrong), 400, 'quantity');
      expect(await stockOf(product)).toBe(78);
    });

    it('come from a price list, and keep their stock', async () => {
      const known = await newProduct();
      const sku = `SKU-${++serial}`;
      const items = [
        { sku, name: 'New', price: 5 },
        { sku: known.sku, name: 'Renamed', price: 7 },
      ];
      const { status, body } = await http.put('/products/prices', { items });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          count: 2,
          items: [
            { sku, price: 5, stock: 0 },
            { ...known, name: 'Renamed', price: 7, updatedAt: expect.anything() },
          ],
        },
      });
      expect((await http.get(`/products/${known.id}`)).headers.get('etag')).toMatch(/^"2-/);
      expect(await stockOf(known)).toBe(10);
    });

    it('come from no price list that names one twice, or is wrong anywhere', async () => {
      const { id, sku } = await newProduct();
      const item = { sku, name: 'x', price: 5 };
      expectError(await http.put('/products/prices', { items: [item, { ...item, price: 6 }] }), 400, 'sku');
      expectError(await http.put('/products/prices', { items: [item, { ...item, sku: 'Z', price: 0 }] }), 400, 'price');
      expectError(await http.put('/products/prices', { items: [{ ...item, stock: 100 }] }), 400, 'stock');
      expect(await got(`/products/${id}`)).toMatchObject({ price: 100, stock: 10 });
    });

    // TypeORM makes no CHECK constraints on MariaDB.
    (name === 'mariadb' ? it.skip : it)('have no stock below zero, whoever writes', async () => {
      const { id } = await newProduct();
      const products = shop.app.get(DataSource).getRepository(Product);
      const write = products
        .createQueryBuilder()
        .update()
        .set({ stock: () => 'stock - 11' })
        .where({ id })
        .execute();
      await expect(write).rejects.toThrow(/product_stock_is_not_negative/);
    });
  });

  describe('customers', () => {
    it('are made, read and listed', async () => {
      const customer = await newCustomer(5);
      expect(customer).toMatchObject({ id: expect.stringMatching(UUID), name: 'Ada', balance: 5 });
      expect(await got(`/customers/${customer.id}`)).toEqual(customer);
      expect((await got('/customers?limit=1')).items).toEqual([customer]);
    });

    itAtOnce('keep every cent of deposits at the same time', async () => {
      const customer = await newCustomer(0);
      const deposit = (amount: unknown) => http.post(`/customers/${customer.id}/deposits`, { amount });
      const amounts = Array.from({ length: 12 }, (_, index) => 2 ** index);
      expect(new Set(await statuses(amounts.map(deposit)))).toEqual(new Set([200]));
      expect(await balanceOf(customer)).toBe(4095);
      for (const wrong of [0, -1, 0.5, '1', 10_000_001]) expectError(await deposit(wrong), 400, 'amount');
      expectError(await http.post(`/customers/${UNKNOWN_UUID}/deposits`, { amount: 1 }), 404, 'Customer not found');
    });
  });

  describe('an order', () => {
    it('takes the stock and charges the wallet', async () => {
      const customer = await newCustomer();
      const [pen, ink] = [await newProduct(), await newProduct({ price: 30 })];
      const order = await newOrder(customer, [
        [pen, 2],
        [ink, 1],
        [pen, 1],
      ]);
      expect(order).toEqual({
        id: expect.stringMatching(UUID),
        customerId: customer.id,
        status: 'paid',
        total: 330,
        paidAt: expect.stringMatching(TIMESTAMP),
        createdAt: expect.stringMatching(TIMESTAMP),
        updatedAt: expect.stringMatching(TIMESTAMP),
        lines: expect.anything(),
      });
      const byQuantity = (a: { quantity: number }, b: { quantity: number }) => b.quantity - a.quantity;
      expect(order.lines.sort(byQuantity)).toEqual([
        { productId: pen.id, quantity: 3, price: 100 },
        { productId: ink.id, quantity: 1, price: 30 },
      ]);
      const read = await got(`/orders/${order.id}`);
      expect({ ...read, lines: read.lines.sort(byQuantity) }).toEqual(order);
      expect([await stockOf(pen), await stockOf(ink), await balanceOf(customer)]).toEqual([7, 9, 9_670]);
    });

    it('that asks for too much takes nothing', async () => {
      const customer = await newCustomer(500);
      const [pen, ink] = [await newProduct(), await newProduct({ stock: 1 })];
      const untouched = async () => {
        expect([await stockOf(pen), await stockOf(ink), await balanceOf(customer)]).toEqual([10, 1, 500]);
      };
      expectError(
        await orderOf(customer, [
          [pen, 1],
          [ink, 2],
        ]),
        422,
        `Only 1 of ${ink.sku} left`,
      );
      await untouched();
      expectError(await orderOf(customer, [[pen, 6]]), 422, 'The wallet holds 500 cents, 600 are needed');
      await untouched();
      expectError(
        await orderOf(customer, [
          [pen, 1],
          [{ id: UNKNOWN_UUID }, 1],
        ]),
        404,
        'Product not found',
      );
      expectError(await orderOf({ id: UNKNOWN_UUID }, [[pen, 1]]), 404, 'Customer not found');
      expectError(await orderOf(customer, []), 400, 'lines');
      expectError(await orderOf(customer, [[pen, 0]]), 400, 'quantity');
      expectError(await orderOf(customer, Array(21).fill([pen, 1])), 400, 'lines');
      expectError(await orderOf(customer, [[pen, 1]], { total: 1 }), 400, 'total');
      await untouched();
    });

    itAtOnce('gets the last pieces, or does not: nothing is sold twice', async () => {
      const product = await newProduct({ stock: 3 });
      const customers = await Promise.all(Array.from({ length: 8 }, () => newCustomer(100)));
      const answers = await Promise.all(customers.map((customer) => orderOf(customer, [[product, 1]])));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 422, 422, 422, 422, 422]);
      const balances = await Promise.all(customers.map(balanceOf));
      expect(balances.sort()).toEqual([0, 0, 0, 100, 100, 100, 100, 100]);
      expect(await stockOf(product)).toBe(0);
    });

    itWithTwoTransactions('is placed again, at the new price, when a product changes in between', async () => {
      const customer = await newCustomer(1_000);
      const product = await newProduct();
      const service = shop.app.get(ProductService);
      const saveInOrder = service.saveInOrder.bind(service);
      const spy = jest.spyOn(service, 'saveInOrder').mockImplementationOnce(async (...args) => {
        spy.mockRestore();
        const headers = { 'content-type': 'application/json', 'if-match': '"1"' };
        await http.send('PATCH', `/products/${product.id}`, { price: 150 }, headers);
        return saveInOrder(...args);
      });
      const retriesOf = async (): Promise<number> =>
        (await got('/attempts')).items
          .filter(({ method, outcome }: any) => method === 'CheckoutService.placeOrder' && outcome === 'retrying')
          .reduce((sum: number, { count }: any) => sum + count, 0);
      const before = await retriesOf();
      expect(await newOrder(customer, [[product, 2]])).toMatchObject({ total: 300, lines: [{ price: 150 }] });
      expect([await stockOf(product), await balanceOf(customer)]).toEqual([8, 700]);
      expect(await retriesOf()).toBe(before + 1);
    });
  });

  describe('a payment', () => {
    it('may come later', async () => {
      const [customer, product] = [await newCustomer(), await newProduct()];
      const order = await newOrder(customer, [[product, 1]], later);
      expect(order).toMatchObject({ status: 'placed', paidAt: null });
      expect([await stockOf(product), await balanceOf(customer)]).toEqual([9, 10_000]);
      const paid = await pay(order);
      expect(paid).toMatchObject({ status: 200, body: { id: order.id, status: 'paid', lines: [{ quantity: 1 }] } });
      expect(paid.headers.get('etag')).toMatch(/^"2-/);
      expect(await balanceOf(customer)).toBe(9_900);
      expectError(await pay(order), 409, 'The order is paid');
      expectError(await pay({ id: UNKNOWN_UUID }), 404, 'Order not found');
    });

    it('needs the money', async () => {
      const customer = await newCustomer(99);
      const order = await newOrder(customer, [[await newProduct(), 1]], later);
      expectError(await pay(order), 422, 'The wallet holds 99 cents');
      expect([await statusOf(order), await balanceOf(customer)]).toEqual(['placed', 99]);
    });

    itAtOnce('happens once, however many try', async () => {
      const customer = await newCustomer();
      const order = await newOrder(customer, [[await newProduct(), 1]], later);
      expect(await statuses(Array.from({ length: 6 }, () => pay(order)))).toEqual([200, 409, 409, 409, 409, 409]);
      expect(await balanceOf(customer)).toBe(9_900);
    });

    itWithTwoTransactions('does not wait for ever: 409', async () => {
      const order = await newOrder(await newCustomer(), [[await newProduct(), 1]], later);
      const answer = await whileLocked(order, () => pay(order));
      expectError(answer, 409, 'being changed by somebody else');
      expect(answer.body.code).toBe('LOCK_NOT_AVAILABLE');
      expect((await pay(order)).status).toBe(200);
    });
  });

  describe('a cancellation', () => {
    it('gives everything back', async () => {
      const [customer, pen, ink] = [await newCustomer(), await newProduct(), await newProduct()];
      const order = await newOrder(customer, [
        [pen, 2],
        [ink, 3],
      ]);
      expect(await cancel(order)).toMatchObject({ status: 200, body: { status: 'cancelled', total: 500 } });
      expect([await stockOf(pen), await stockOf(ink), await balanceOf(customer)]).toEqual([10, 10, 10_000]);
      expectError(await cancel(order), 409, 'The order is cancelled');
      expectError(await pay(order), 409, 'The order is cancelled');
    });

    it('gives no money back that was not paid', async () => {
      const [customer, product] = [await newCustomer(), await newProduct()];
      await cancel(await newOrder(customer, [[product, 2]], later));
      expect([await stockOf(product), await balanceOf(customer)]).toEqual([10, 10_000]);
    });

    itAtOnce('happens once, however many try, and not together with a payment', async () => {
      const [customer, product] = [await newCustomer(), await newProduct()];
      const order = await newOrder(customer, [[product, 2]], later);
      const all = await Promise.all([pay(order), ...Array.from({ length: 5 }, () => cancel(order))]);
      expect(
        all
          .slice(1)
          .map(({ status }) => status)
          .sort(),
      ).toEqual([200, 409, 409, 409, 409]);
      expect([200, 409]).toContain(all[0].status);
      expect([await stockOf(product), await balanceOf(customer)]).toEqual([10, 10_000]);
    });
  });

  describe('a shipment', () => {
    beforeEach(shipAll);

    it('is that of the order that was paid first; what is shipped stays sold', async () => {
      const [customer, product] = [await newCustomer(), await newProduct()];
      const first = await newOrder(customer, [[product, 1]]);
      const unpaid = await newOrder(customer, [[product, 1]], later);
      const second = await newOrder(customer, [[product, 1]]);
      const shipment = await made(ship());
      expect(shipment).toMatchObject({
        worker: 'Wilma',
        order: { id: first.id, status: 'shipped', lines: [{ quantity: 1 }] },
      });
      expect((await made(ship())).order.id).toBe(second.id);
      expectError(await ship(), 404, 'No paid order waits');
      expectError(await cancel(first), 409, 'The order is shipped');
      expect(await statusOf(unpaid)).toBe('placed');
      expect((await got('/shipments?limit=2')).items.map(({ order }: any) => order.id)).toEqual([second.id, first.id]);
    });

    itAtOnce('is never that of another worker', async () => {
      const [customer, product] = [await newCustomer(), await newProduct()];
      const orders: string[] = [];
      for (let count = 0; count < 4; count++) orders.push((await newOrder(customer, [[product, 1]])).id);
      const shipped: string[] = [];
      const work = async (): Promise<void> => {
        for (let answer = await ship(); answer.status === 201; answer = await ship())
          shipped.push(answer.body.order.id);
      };
      await Promise.all([work(), work(), work()]);
      await work();
      expect(shipped.sort()).toEqual(orders.sort());
    });

    itWithTwoTransactions('passes over an order that somebody has locked', async () => {
      const [customer, product] = [await newCustomer(), await newProduct()];
      const busy = await newOrder(customer, [[product, 1]]);
      const free = await newOrder(customer, [[product, 1]]);
      expect((await whileLocked(busy, ship)).body.order.id).toBe(free.id);
      expect((await made(ship())).order.id).toBe(busy.id);
    });
  });

  describe('the books', () => {
    it('balance, and say of what', async () => {
      const [customer, product] = [await newCustomer(1_000), await newProduct()];
      await http.post(`/customers/${customer.id}/deposits`, { amount: 50 });
      await http.post(`/products/${product.id}/restocks`, { quantity: 5 });
      await newOrder(customer, [[product, 2]]);
      await cancel(await newOrder(customer, [[product, 1]]));
      const books = await got('/books');
      expect(books).toMatchObject({ isBalanced: true, faults: [] });
      expect(books.products.find(({ productId }: any) => productId === product.id)).toEqual({
        productId: product.id,
        sku: product.sku,
        initial: 10,
        restocked: 5,
        sold: 3,
        returned: 1,
        stock: 13,
        isBalanced: true,
      });
      expect(books.customers.find(({ customerId }: any) => customerId === customer.id)).toEqual({
        customerId: customer.id,
        name: 'Ada',
        opening: 1_000,
        deposited: 50,
        paid: 300,
        refunded: 100,
        balance: 850,
        isBalanced: true,
      });
    });

    it('name an order that is not in order', async () => {
      const order = await newOrder(await newCustomer(), [[await newProduct(), 1]], later);
      const write = (status: string) =>
        shop.app.get(DataSource).query(`UPDATE orders SET status = '${status}' WHERE id = '${order.id}'`);
      await write('shipped');
      expect(await got('/books')).toMatchObject({
        isBalanced: false,
        faults: [`Order ${order.id}: it is shipped, its payment missing`],
      });
      await write('placed');
    });
  });

  it('is described in OpenAPI, with the headers of versions', async () => {
    const { paths } = await got('/docs-json');
    expect(Object.keys(paths).sort()).toEqual([
      '/attempts',
      '/books',
      '/customers',
      '/customers/{customerId}',
      '/customers/{customerId}/deposits',
      '/orders',
      '/orders/{orderId}',
      '/orders/{orderId}/cancellation',
      '/orders/{orderId}/payment',
      '/products',
      '/products/prices',
      '/products/{productId}',
      '/products/{productId}/restocks',
      '/shipments',
      '/shipments/next',
    ]);
    const { patch } = paths['/products/{productId}'];
    expect(patch.parameters).toContainEqual(
      expect.objectContaining({ name: 'If-Match', in: 'header', required: true }),
    );
    expect(Object.keys(patch.responses)).toEqual(expect.arrayContaining(['200', '409', '412', '428']));
  });

  /** Does something while another transaction holds the lock of an order. */
  async function whileLocked(order: any, work: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    const orders = shop.app.get<ModelRepository<Order>>(getModelRepositoryToken(Order));
    return shop.app.get(UnitOfWork).run(async () => {
      await orders.getExistOne(order.id, { withForUpdate: true });
      return work();
    });
  }
});
