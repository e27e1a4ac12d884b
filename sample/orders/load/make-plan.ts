import type { Action } from './action.js';
import { Random } from './random.js';

export interface LoadSize {
  readonly clients: number;
  /** For each client, one after the other. */
  readonly operations: number;
  readonly products: number;
  readonly customers: number;
}

/** How often each kind of action is chosen. */
const WEIGHTS: readonly (readonly [Action['kind'], number])[] = [
  ['order', 34],
  ['pay', 16],
  ['cancel', 10],
  ['deposit', 14],
  ['restock', 8],
  ['edit', 8],
  ['import', 2],
  ['ship', 8],
];
const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

/** What every client is going to do: all of it follows from the seed. */
export function makePlan(seed: number, size: LoadSize): Action[][] {
  const random = new Random(seed);
  return Array.from({ length: size.clients }, () =>
    Array.from({ length: size.operations }, () => chooseAction(random, size)),
  );
}

function chooseAction(random: Random, { products, customers }: LoadSize): Action {
  const kind = chooseKind(random);
  const customer = random.between(0, customers - 1);
  const product = random.between(0, products - 1);
  switch (kind) {
    case 'deposit':
      return { kind, customer, amount: random.between(1, 20_000) };
    case 'order': {
      const count = random.between(1, Math.min(3, products));
      const lines = Array.from({ length: count }, (_, index) => ({
        product: (product + index * random.between(1, products)) % products,
        quantity: random.between(1, 3),
      }));
      return { kind, customer, lines, payNow: random.next() < 0.5 };
    }
    case 'pay':
    case 'cancel':
      return { kind, order: random.next() };
    case 'restock':
      return { kind, product, quantity: random.between(1, 30) };
    case 'edit':
      return { kind, product, price: random.between(100, 5_000) };
    case 'import': {
      const count = random.between(1, products);
      const some = Array.from({ length: count }, (_, index) => (product + index) % products);
      return { kind, products: some, price: random.between(100, 5_000) };
    }
    case 'ship':
      return { kind };
  }
}

function chooseKind(random: Random): Action['kind'] {
  let left = random.next() * TOTAL;
  for (const [kind, weight] of WEIGHTS) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'ship';
}
