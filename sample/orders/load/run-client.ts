import type { Action } from './action.js';
import type { ClientBooks } from './client-books.js';
import type { LoadTally } from './load-tally.js';
import type { Answer, ShopClient } from './shop-client.js';

/** Does what a plan says, one action after the other, and books what the shop acknowledges. */
export async function runClient(
  shop: ShopClient,
  actions: readonly Action[],
  books: ClientBooks,
  tally: LoadTally,
): Promise<void> {
  for (const action of actions) {
    const done = await act(shop, action, books);
    if (done && tally.note(action.kind, done.answer)) done.book(done.answer.body);
  }
}

interface Done {
  readonly answer: Answer;
  /** Called with the body of an acknowledgement. */
  book(body: any): void;
}

/** Undefined: there is no order yet that could be paid or cancelled. */
async function act(shop: ShopClient, action: Action, books: ClientBooks): Promise<Done | undefined> {
  switch (action.kind) {
    case 'deposit': {
      const { id } = books.customers[action.customer];
      const { amount } = action;
      return {
        answer: await shop.post(`/customers/${id}/deposits`, { amount }),
        book: () => books.deposited(id, amount),
      };
    }
    case 'restock': {
      const { id } = books.products[action.product];
      const { quantity } = action;
      return {
        answer: await shop.post(`/products/${id}/restocks`, { quantity }),
        book: () => books.restocked(id, quantity),
      };
    }
    case 'order':
      return order(shop, action, books);
    case 'edit':
      return edit(shop, books.products[action.product].id, action.price, books);
    case 'import': {
      const items = action.products.map((index) => ({
        sku: books.products[index].sku,
        name: 'Listed',
        price: action.price,
      }));
      return { answer: await shop.send('PUT', '/products/prices', { items }), book: () => undefined };
    }
    case 'pay': {
      const id = pick(books.orderIds, action.order);
      return id === undefined
        ? undefined
        : { answer: await shop.post(`/orders/${id}/payment`), book: () => books.paid(id) };
    }
    case 'cancel': {
      const id = pick(books.orderIds, action.order);
      return id === undefined
        ? undefined
        : { answer: await shop.post(`/orders/${id}/cancellation`), book: (body) => books.cancelled(body) };
    }
    case 'ship':
      return {
        answer: await shop.post('/shipments/next', { worker: 'Load' }),
        book: (body) => books.shipped(body.order.id),
      };
  }
}

async function order(
  shop: ShopClient,
  { customer, lines, payNow }: Action & { kind: 'order' },
  books: ClientBooks,
): Promise<Done> {
  const asked = new Map<string, number>();
  const sent = lines.map(({ product, quantity }) => ({ productId: books.products[product].id, quantity }));
  for (const { productId, quantity } of sent) asked.set(productId, (asked.get(productId) ?? 0) + quantity);
  const answer = await shop.post('/orders', { customerId: books.customers[customer].id, lines: sent, payNow });
  return { answer, book: (body) => books.ordered(body, asked) };
}

/** Reads, and writes what it has read: the ETag is what it has seen. */
async function edit(shop: ShopClient, id: string, price: number, books: ClientBooks): Promise<Done> {
  const { etag } = await shop.get(`/products/${id}`);
  const ifMatch = etag ?? '';
  return {
    answer: await shop.send('PATCH', `/products/${id}`, { price }, { 'if-match': ifMatch }),
    book: () => books.edited(id, ifMatch),
  };
}

function pick(ids: readonly string[], fraction: number): string | undefined {
  return ids[Math.floor(fraction * ids.length)];
}
