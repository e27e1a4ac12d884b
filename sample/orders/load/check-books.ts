import type { ClientBooks } from './client-books.js';
import type { ShopClient } from './shop-client.js';

/**
 * Compares the shop with itself (its tables with its ledgers), and with what the clients know. Nothing may be running.
 *
 * @returns what is wrong, as sentences
 */
export async function checkBooks(shop: ShopClient, own: ClientBooks): Promise<string[]> {
  const books = await shop.expect(shop.get('/books'));
  const faults: string[] = [...own.faults, ...own.orderFaults(), ...books.faults];
  const accounts = new Map<string, any>(
    [...books.products, ...books.customers].map((account) => [account.productId ?? account.customerId, account]),
  );
  for (const account of accounts.values()) {
    if (!account.isBalanced) faults.push(`The shop's books do not balance: ${JSON.stringify(account)}`);
  }
  if (books.isBalanced !== (books.faults.length === 0 && [...accounts.values()].every((each) => each.isBalanced))) {
    faults.push(`The shop says isBalanced: ${books.isBalanced}`);
  }
  for (const { id, initial, restocked, sold, returned } of own.products) {
    const { stock } = await shop.expect(shop.get(`/products/${id}`));
    const expected = { initial, restocked, sold, returned, stock: initial + restocked - sold + returned };
    faults.push(...differences(`Product ${id}`, expected, { ...accounts.get(id), stock }));
  }
  for (const { id, opening, deposited, paid, refunded } of own.customers) {
    const { balance } = await shop.expect(shop.get(`/customers/${id}`));
    const expected = { opening, deposited, paid, refunded, balance: opening + deposited - paid + refunded };
    faults.push(...differences(`Customer ${id}`, expected, { ...accounts.get(id), balance }));
  }
  return faults;
}

function differences(name: string, expected: Record<string, number>, actual: Record<string, unknown>): string[] {
  return Object.entries(expected)
    .filter(([field, value]) => actual[field] !== value)
    .map(([field, value]) => `${name}: ${field} must be ${value}, but is ${String(actual[field])}`);
}
