/** What must have become of a product. */
export interface ProductTally {
  readonly id: string;
  readonly sku: string;
  readonly initial: number;
  restocked: number;
  sold: number;
  returned: number;
}

/** What must have become of a wallet. */
export interface CustomerTally {
  readonly id: string;
  readonly opening: number;
  deposited: number;
  paid: number;
  refunded: number;
}

interface OrderTally {
  readonly customerId: string;
  readonly total: number;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  paid: number;
  cancelled: number;
}

/** An order as the shop answers it. */
interface OrderAnswer {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  readonly total: number;
  readonly paidAt: string | null;
  readonly lines: readonly { readonly productId: string; readonly quantity: number; readonly price: number }[];
}

/** The clients' own books, made of nothing but what the shop has acknowledged. */
export class ClientBooks {
  /** What no order of events can explain. */
  readonly faults: string[] = [];
  readonly orderIds: string[] = [];
  private readonly orders = new Map<string, OrderTally>();
  private readonly shipments = new Map<string, number>();
  private readonly edits = new Set<string>();
  private readonly productOf: ReadonlyMap<string, ProductTally>;
  private readonly customerOf: ReadonlyMap<string, CustomerTally>;

  constructor(
    readonly products: readonly ProductTally[],
    readonly customers: readonly CustomerTally[],
  ) {
    this.productOf = new Map(products.map((product) => [product.id, product]));
    this.customerOf = new Map(customers.map((customer) => [customer.id, customer]));
  }

  ordered(answer: OrderAnswer, asked: ReadonlyMap<string, number>): void {
    const { id, customerId, total, lines, status } = answer;
    const sum = lines.reduce((amount, { price, quantity }) => amount + price * quantity, 0);
    if (sum !== total) this.faults.push(`Order ${id}: its lines cost ${sum}, its total is ${total}`);
    const isAsAsked = lines.length === asked.size && lines.every((line) => asked.get(line.productId) === line.quantity);
    if (!isAsAsked) this.faults.push(`Order ${id}: its lines are not those that were ordered`);
    for (const { productId, quantity } of lines) this.product(productId).sold += quantity;
    this.orders.set(id, { customerId, total, lines, paid: 0, cancelled: 0 });
    this.orderIds.push(id);
    if (status === 'paid') this.paid(id);
  }

  paid(id: string): void {
    const order = this.order(id);
    order.paid++;
    this.customer(order.customerId).paid += order.total;
  }

  cancelled({ id, paidAt }: OrderAnswer): void {
    const order = this.order(id);
    order.cancelled++;
    for (const { productId, quantity } of order.lines) this.product(productId).returned += quantity;
    if (paidAt !== null) this.customer(order.customerId).refunded += order.total;
  }

  /** Often before the client that ordered it has its answer; and orders of others wait in the same queue. */
  shipped(id: string): void {
    this.shipments.set(id, (this.shipments.get(id) ?? 0) + 1);
  }

  deposited(customerId: string, amount: number): void {
    this.customer(customerId).deposited += amount;
  }

  restocked(productId: string, quantity: number): void {
    this.product(productId).restocked += quantity;
  }

  /** Of all edits that name one version of a product, one can succeed. */
  edited(productId: string, ifMatch: string): void {
    const version = `${productId} ${/^"(\d+)/.exec(ifMatch)?.[1]}`;
    if (this.edits.has(version)) this.faults.push(`Product ${version}: two edits of this version were acknowledged`);
    this.edits.add(version);
  }

  /** Faults of single orders, when nothing happens any more. */
  orderFaults(): string[] {
    return [...this.orders].flatMap(([id, { paid, cancelled }]) => {
      const shipped = this.shipments.get(id) ?? 0;
      return [
        ...(paid > 1 ? [`Order ${id}: paid ${paid} times`] : []),
        ...(cancelled > 1 ? [`Order ${id}: cancelled ${cancelled} times`] : []),
        ...(shipped > 1 ? [`Order ${id}: shipped ${shipped} times`] : []),
        ...(cancelled > 0 && shipped > 0 ? [`Order ${id}: cancelled and shipped`] : []),
        ...(shipped > paid ? [`Order ${id}: shipped and not paid`] : []),
      ];
    });
  }

  private product(id: string): ProductTally {
    return known(this.productOf, id);
  }

  private customer(id: string): CustomerTally {
    return known(this.customerOf, id);
  }

  private order(id: string): OrderTally {
    return known(this.orders, id);
  }
}

function known<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new Error(`The shop answered with ${id}, which nobody knows`);
  return value;
}
