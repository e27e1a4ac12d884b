import { randomUUID } from 'node:crypto';
import { checkBooks } from './check-books.js';
import { ClientBooks, type CustomerTally, type ProductTally } from './client-books.js';
import { LoadTally } from './load-tally.js';
import { makePlan } from './make-plan.js';
import { runClient } from './run-client.js';
import { ShopClient } from './shop-client.js';

export interface LoadOptions {
  /** Where the shop is. */
  readonly url: string;
  readonly seed: number;
  readonly clients: number;
  /** For each client. */
  readonly operations: number;
}

export interface LoadReport {
  readonly tally: LoadTally;
  /** What is wrong, as sentences; empty: all books are right. */
  readonly faults: readonly string[];
  /** Attempts of `@RetryOnConflict()` methods that another one followed, by method and kind of conflict. */
  readonly retries: ReadonlyMap<string, number>;
  /** Without the preparation and the audit. */
  readonly milliseconds: number;
}

/** Few products and wallets for many clients: they are to meet. */
const PRODUCTS = 8;
const CLIENTS_PER_WALLET = 4;

/** Runs many clients at the same time against a shop, and audits it afterwards. */
export async function runLoad({ url, seed, clients, operations }: LoadOptions): Promise<LoadReport> {
  const shop = new ShopClient(url);
  const customers = Math.ceil(clients / CLIENTS_PER_WALLET);
  const plan = makePlan(seed, { clients, operations, products: PRODUCTS, customers });
  const books = new ClientBooks(await openProducts(shop, clients), await openWallets(shop, customers));
  const before = await retriesOf(shop);
  const tally = new LoadTally();
  const start = performance.now();
  await Promise.all(plan.map((actions) => runClient(shop, actions, books, tally)));
  const milliseconds = performance.now() - start;
  const faults = [...tally.failures, ...(await checkBooks(shop, books))];
  const after = await retriesOf(shop);
  const retries = new Map([...after].map(([key, count]) => [key, count - (before.get(key) ?? 0)]));
  return { tally, faults, retries, milliseconds };
}

async function openProducts(shop: ShopClient, clients: number): Promise<ProductTally[]> {
  const run = randomUUID().slice(0, 8);
  const products: ProductTally[] = [];
  for (let index = 0; index < PRODUCTS; index++) {
    // Half of them run out.
    const initial = index % 2 === 0 ? clients : clients * 5;
    const fields = { sku: `LOAD-${run}-${index}`, name: `Product ${index}`, price: 500 + 100 * index, stock: initial };
    const { id, sku } = await shop.expect(shop.post('/products', fields));
    products.push({ id, sku, initial, restocked: 0, sold: 0, returned: 0 });
  }
  return products;
}

async function openWallets(shop: ShopClient, count: number): Promise<CustomerTally[]> {
  const wallets: CustomerTally[] = [];
  for (let index = 0; index < count; index++) {
    const opening = 10_000 * (index % 5);
    const { id } = await shop.expect(shop.post('/customers', { name: `Client ${index}`, balance: opening }));
    wallets.push({ id, opening, deposited: 0, paid: 0, refunded: 0 });
  }
  return wallets;
}

async function retriesOf(shop: ShopClient): Promise<ReadonlyMap<string, number>> {
  const { items } = await shop.expect(shop.get('/attempts'));
  return new Map(
    (items as { method: string; outcome: string; kind: string | null; count: number }[])
      .filter(({ outcome }) => outcome === 'retrying')
      .map(({ method, kind, count }) => [`${method}, ${kind ?? 'no conflict'}`, count]),
  );
}
