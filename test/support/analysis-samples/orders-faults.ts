import type { SeededCopies } from './seeded-fault.js';

const ORDER_CONTROLLER = 'orders/order.controller.ts';
const CHECKOUT = 'orders/checkout.service.ts';
const CANCELLATION = 'orders/cancellation.service.ts';
const PAYMENTS = 'payments/payment.service.ts';
const SHIPPING = 'shipments/shipping.service.ts';
const SHIPMENT_CONTROLLER = 'shipments/shipment.controller.ts';
const BOOKS = 'books/books.service.ts';
const BOOKS_CONTROLLER = 'books/books.controller.ts';
const CUSTOMERS = 'customers/customer.service.ts';
const CUSTOMER_CONTROLLER = 'customers/customer.controller.ts';
const PRODUCTS = 'products/product.service.ts';

const CANCEL = "cancel(@ModelParam(Order, 'orderId', { lock: true, load: ['lines'] }) order: Order) {";

/** Mistakes in the shop. */
export const ORDERS_FAULTS: SeededCopies = {
  'orders-locks': [
    {
      mistake: 'the handler that pays does not lock its order',
      edits: [{ file: ORDER_CONTROLLER, replace: "'orderId', { lock: { timeout: 2_000 } })", by: "'orderId')" }],
      found: [{ rule: 'RLC014', word: 'pay', at: [ORDER_CONTROLLER, 'return this.payments.pay(order);'] }],
    },
    {
      mistake: 'the handler that cancels does not lock its order',
      edits: [{ file: ORDER_CONTROLLER, replace: "{ lock: true, load: ['lines'] }", by: "{ load: ['lines'] }" }],
      found: [{ rule: 'RLC014', word: 'cancel', at: [ORDER_CONTROLLER, 'return this.cancellations.cancel(order);'] }],
    },
    {
      mistake: 'the wallet is charged without a lock',
      edits: [
        {
          file: PAYMENTS,
          replace: `const customer = await this.customers.getExistOne(customerId, { withForUpdate: true });
    customer.charge(amount);`,
          by: `const customer = await this.customers.getExistOne(customerId);
    customer.charge(amount);`,
        },
      ],
      found: [{ rule: 'RLC014', word: 'charge', at: [PAYMENTS, 'customer.charge(amount);'] }],
    },
    {
      mistake: 'and money is given back without a lock',
      edits: [
        {
          file: PAYMENTS,
          replace: `const customer = await this.customers.getExistOne(customerId, { withForUpdate: true });
    const payment`,
          by: `const customer = await this.customers.getExistOne(customerId);
    const payment`,
        },
      ],
      found: [{ rule: 'RLC014', word: 'refund', at: [PAYMENTS, 'customer.refund(payment.amount);'] }],
    },
    {
      mistake: 'two workers may ship the same order',
      edits: [{ file: SHIPPING, replace: ', withForUpdate: { skipLocked: true } },', by: ' },' }],
      found: [
        { rule: 'RLC014', word: 'become', at: [SHIPPING, 'order.become(OrderStatus.Shipped, OrderStatus.Paid);'] },
      ],
    },
    {
      mistake: 'many are locked, another is charged',
      edits: [
        {
          file: CUSTOMERS,
          replace: '  @Transactional()\n  async deposit(',
          by: `  @Transactional()
  async chargeAll(amount: number) {
    const customers = await this.customers.get({}, { fetch: 'all' });
    await Promise.all(customers.map(async (customer) => customer.charge(amount)));
    return this.customers.save(customers);
  }

  @Transactional()
  async deposit(`,
        },
        {
          file: CUSTOMER_CONTROLLER,
          replace: "  @Get(':customerId')",
          by: `  @Post('fees')
  @ResponseModel([CustomerResponse])
  fees(@Body() { amount }: Deposit) {
    return this.service.chargeAll(amount);
  }

  @Get(':customerId')`,
        },
      ],
      found: [
        {
          rule: 'RLC014',
          word: 'charge',
          at: [CUSTOMERS, 'await Promise.all(customers.map(async (customer) => customer.charge(amount)));'],
        },
      ],
    },
  ],

  'orders-parameters': [
    {
      mistake: 'the handler that cancels loads no lines, which the service gives back',
      edits: [{ file: ORDER_CONTROLLER, replace: "{ lock: true, load: ['lines'] }", by: '{ lock: true }' }],
      found: [
        {
          rule: 'RLC005',
          word: 'lines',
          at: [CANCELLATION, 'private async putBack({ id: orderId, lines }: Order): Promise<void> {'],
        },
      ],
    },
    {
      mistake: 'the lines of an order are put in order',
      edits: [
        {
          file: ORDER_CONTROLLER,
          replace: `read(@ModelParam(Order, 'orderId') order: Order) {`,
          by: `read(@ModelParam(Order, 'orderId') order: Order) {
    order.lines.sort((one, other) => one.price - other.price);`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'lines',
          at: [ORDER_CONTROLLER, 'order.lines.sort((one, other) => one.price - other.price);'],
        },
      ],
    },
    {
      mistake: 'a payment takes the customer from the order',
      edits: [
        {
          file: PAYMENTS,
          replace: `    const { id: orderId, customerId, total: amount } = order;
    order.become`,
          by: `    const { id: orderId, customerId, total: amount, customer: payer } = order;
    if (payer.balance < amount) throw new Error('Not enough');
    order.become`,
        },
      ],
      // The handler passes a parameter, the checkout a new order.
      found: [
        {
          rule: 'RLC005',
          word: 'customer',
          at: [PAYMENTS, 'const { id: orderId, customerId, total: amount, customer: payer } = order;'],
        },
        {
          rule: 'RLC003',
          word: 'customer',
          at: [PAYMENTS, 'const { id: orderId, customerId, total: amount, customer: payer } = order;'],
        },
      ],
    },
  ],

  'orders-lines': [
    {
      mistake: 'the lines are loaded, their products are not',
      edits: [
        {
          file: CANCELLATION,
          replace: `    for (const product of products) product.stock += quantities.get(product.id) ?? 0;`,
          by: `    for (const product of products) product.stock += quantities.get(product.id) ?? 0;
    for (const line of lines) console.log(\`Back: \${line.quantity} of \${line.product.name}\`);`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'product',
          at: [
            CANCELLATION,
            'for (const line of lines) console.log(`Back: ${line.quantity} of ${line.product.name}`);',
          ],
        },
      ],
    },
    {
      mistake: 'new lines have the id of their product only',
      edits: [
        {
          file: CHECKOUT,
          replace: `order.lines.map(({ productId, quantity }) => ({
        productId,
        reason`,
          by: `order.lines.map(({ product, quantity }) => ({
        productId: product.id,
        reason`,
        },
      ],
      found: [{ rule: 'RLC003', word: 'product', at: [CHECKOUT, 'order.lines.map(({ product, quantity }) => ({'] }],
    },
    {
      mistake: 'a new order has the id of its customer only',
      edits: [
        {
          file: CHECKOUT,
          replace: '    if (payNow) await this.payments.pay(order);',
          by: `    console.log(\`\${order.customer.name} has ordered\`);
    if (payNow) await this.payments.pay(order);`,
        },
      ],
      found: [
        { rule: 'RLC003', word: 'customer', at: [CHECKOUT, 'console.log(`${order.customer.name} has ordered`);'] },
      ],
    },
    {
      mistake: 'a new shipment does not have its order, though that was read just before',
      edits: [
        {
          file: SHIPPING,
          replace: 'return this.shipments.add({ worker, orderId: order.id });',
          by: `const shipment = await this.shipments.add({ worker, orderId: order.id });
    console.log(\`\${worker} ships \${shipment.order.total} cents\`);
    return shipment;`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'order',
          at: [SHIPPING, 'console.log(`${worker} ships ${shipment.order.total} cents`);'],
        },
      ],
    },
    {
      mistake: 'an order without lines is not to be shipped',
      edits: [
        {
          file: SHIPPING,
          replace: "if (!order) throw new NotFoundException('No paid order waits for shipping');",
          by: "if (!order?.lines.length) throw new NotFoundException('No paid order waits for shipping');",
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'lines',
          at: [SHIPPING, "if (!order?.lines.length) throw new NotFoundException('No paid order waits for shipping');"],
        },
      ],
    },
    {
      mistake: 'orders are streamed without their lines, which a function of another file adds up',
      edits: [{ file: BOOKS, replace: "this.orders.stream({}, { load: ['lines'] })", by: 'this.orders.stream()' }],
      found: [
        {
          rule: 'RLC003',
          word: 'lines',
          at: [
            'books/order-faults.ts',
            'export function faultOf({ status, total, lines }: Order, payment: Payment | undefined): string | undefined {',
          ],
        },
      ],
    },
    {
      mistake: 'payments are found by their order, not by its key',
      edits: [{ file: BOOKS, replace: '[payment.orderId, payment]', by: '[payment.order.id, payment]' }],
      found: [
        {
          rule: 'RLC003',
          word: 'order',
          at: [BOOKS, 'const paymentOf = new Map(payments.map((payment) => [payment.order.id, payment]));'],
        },
      ],
    },
    {
      mistake: 'the money goes back to the customer of the payment',
      edits: [
        {
          file: PAYMENTS,
          replace: 'customer.refund(payment.amount);',
          by: `if (payment.customer.id !== customerId) throw new Error('Paid by somebody else');
    customer.refund(payment.amount);`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'customer',
          at: [PAYMENTS, "if (payment.customer.id !== customerId) throw new Error('Paid by somebody else');"],
        },
      ],
    },
    {
      mistake: 'the ledger of a customer is put together from the wrong side',
      edits: [
        {
          file: CUSTOMERS,
          replace: 'return customer;\n  }\n\n  @Transactional()\n  async deposit(',
          by: `return customer;
  }

  async ledger(id: string) {
    const entries = await this.entries.get({}, { fetch: 'all', order: { createdAt: 'ASC' } });
    return entries.filter((entry) => entry.customer.id === id).map(({ amount }) => amount);
  }

  @Transactional()
  async deposit(`,
        },
        {
          file: CUSTOMER_CONTROLLER,
          replace: "  @Get(':customerId')",
          by: `  @Get(':customerId/ledger')
  ledger(@ModelParam(Customer, 'customerId') { id }: Customer) {
    return this.service.ledger(id);
  }

  @Get(':customerId')`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'customer',
          at: [CUSTOMERS, 'return entries.filter((entry) => entry.customer.id === id).map(({ amount }) => amount);'],
        },
      ],
    },
  ],

  'orders-ways': [
    {
      mistake: 'a builder joins the order for its condition only',
      edits: [
        {
          file: SHIPMENT_CONTROLLER,
          replace: '  /** 404 when nothing waits. */',
          by: `  @Get('totals')
  async totals() {
    const query = this.shipments.typeorm.createQueryBuilder('shipment').innerJoin('shipment.order', 'order');
    const shipments = await query.where('order.total > :least', { least: 1_000 }).getMany();
    return shipments.map((shipment) => shipment.order.total);
  }

  /** 404 when nothing waits. */`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'order',
          at: [SHIPMENT_CONTROLLER, 'return shipments.map((shipment) => shipment.order.total);'],
        },
      ],
    },
    {
      mistake: "TypeORM's `relations` name one level of two",
      edits: [
        {
          file: BOOKS,
          replace: '  private async orderFaults()',
          by: `  async sold(): Promise<string[]> {
    const orders = await this.orders.typeorm.find({ relations: { lines: true } });
    const names = new Set<string>();
    for (const { lines } of orders) for (const line of lines) names.add(line.product.name);
    return [...names];
  }

  private async orderFaults()`,
        },
        {
          file: BOOKS_CONTROLLER,
          replace: '  @Get()\n',
          by: `  @Get('sold')
  sold() {
    return this.service.sold();
  }

  @Get()
`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'product',
          at: [BOOKS, 'for (const { lines } of orders) for (const line of lines) names.add(line.product.name);'],
        },
      ],
    },
    {
      mistake: 'what a helper gets from a helper is not loaded either',
      edits: [
        {
          file: CHECKOUT,
          replace: '  private async take(',
          by: `  async receipt(id: string): Promise<string> {
    return this.titleOf(await this.found(id));
  }

  private found(id: string): Promise<Order> {
    return this.orders.getExistOne(id, { load: ['lines'] });
  }

  private titleOf(order: Order): string {
    const { customer, lines } = order;
    return \`\${customer.name}: \${lines.length} lines\`;
  }

  private async take(`,
        },
        {
          file: ORDER_CONTROLLER,
          replace: "  @Get(':orderId')\n",
          by: `  @Get(':orderId/receipt')
  receipt(@ModelParam(Order, 'orderId') { id }: Order) {
    return this.checkout.receipt(id);
  }

  @Get(':orderId')
`,
        },
      ],
      found: [{ rule: 'RLC003', word: 'customer', at: [CHECKOUT, 'const { customer, lines } = order;'] }],
    },
    {
      mistake: 'an order that is only half known is written between two values of a generator',
      edits: [
        {
          file: SHIPPING,
          replace: '  /**\n   * The order that',
          by: `  async *overdue(): AsyncGenerator<string> {
    for (const order of await this.orders.get({ status: OrderStatus.Placed }, { fetch: 'all' })) {
      yield order.id;
      order.status = OrderStatus.Cancelled;
      await this.orders.save(order); // after the yield
    }
  }

  /**
   * The order that`,
        },
        {
          file: SHIPMENT_CONTROLLER,
          replace: '  /** 404 when nothing waits. */',
          by: `  @Post('overdue')
  async overdue() {
    const ids: string[] = [];
    for await (const id of this.service.overdue()) ids.push(id);
    return ids;
  }

  /** 404 when nothing waits. */`,
        },
      ],
      found: [{ rule: 'RLC013', word: 'Order', at: [SHIPPING, 'await this.orders.save(order); // after the yield'] }],
    },
    {
      mistake: 'an early return leaves the way on which nothing was loaded',
      edits: [
        {
          file: PRODUCTS,
          replace: '  @Transactional()\n  async create(',
          by: `  async lastMovement(productId: string): Promise<string> {
    const entry = await this.entries.get({ productId }, { order: { createdAt: 'DESC' } });
    if (!entry) return 'none';
    switch (entry.reason) {
      case StockReason.Sold:
        return \`\${entry.quantity} sold\`;
      default:
        return \`\${entry.quantity} of \${entry.product.name}: \${entry.reason}\`;
    }
  }

  @Transactional()
  async create(`,
        },
        {
          file: 'products/product.controller.ts',
          replace: "  @Get(':productId')\n",
          by: `  @Get(':productId/movement')
  async movement(@ModelParam(Product, 'productId') { id }: Product) {
    return { text: await this.service.lastMovement(id) };
  }

  @Get(':productId')
`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'product',
          at: [PRODUCTS, 'return `${entry.quantity} of ${entry.product.name}: ${entry.reason}`;'],
        },
      ],
    },
  ],

  'orders-writes': [
    {
      mistake: 'an order that goes over to another customer is told to the old one',
      edits: [
        {
          file: ORDER_CONTROLLER,
          replace: CANCEL,
          by: "cancel(@ModelParam(Order, 'orderId', { lock: true, load: ['lines', 'customer'] }) order: Order) {",
        },
        {
          file: CANCELLATION,
          replace: '    await this.orders.save(order);',
          by: `    order.customerId = '00000000-0000-4000-8000-000000000001';
    await this.orders.save(order);
    console.log(\`\${order.customer.name} has nothing to pay\`);`,
        },
      ],
      found: [
        {
          rule: 'RLC002',
          word: 'customer',
          at: [CANCELLATION, 'console.log(`${order.customer.name} has nothing to pay`);'],
        },
      ],
    },
    {
      mistake: 'a customer who was deleted is paid out',
      edits: [
        {
          file: CUSTOMERS,
          replace: '  @Transactional()\n  async deposit(',
          by: `  @Transactional()
  async close(customer: Customer) {
    await this.entries.deleteWhere({ customerId: customer.id });
    await this.customers.delete(customer);
    return this.customers.update(customer, { balance: 0 });
  }

  @Transactional()
  async deposit(`,
        },
        {
          file: CUSTOMER_CONTROLLER,
          replace: "  @Get(':customerId')",
          by: `  @Post(':customerId/end')
  @ResponseModel(CustomerResponse)
  close(@ModelParam(Customer, 'customerId') customer: Customer) {
    return this.service.close(customer);
  }

  @Get(':customerId')`,
        },
      ],
      found: [
        {
          rule: 'RLC010',
          word: 'Customer',
          at: [CUSTOMERS, 'return this.customers.update(customer, { balance: 0 });'],
        },
      ],
    },
    {
      mistake: 'every attempt begins with the product of the first',
      edits: [
        {
          file: PRODUCTS,
          replace: '  @Transactional()\n  async restock(product: Product, quantity: number) {',
          by: `  @RetryOnConflict()
  @Transactional()
  async restock(product: Product, quantity: number) {
    product.stock += quantity;
    await this.products.save(product);`,
        },
      ],
      found: [
        { rule: 'RLC010', word: 'Product', at: [PRODUCTS, 'await this.products.save(product);'] },
        {
          rule: 'RLC010',
          word: 'Product',
          at: [PRODUCTS, 'await this.products.update(product, (current) => ({ stock: current.stock + quantity }), {'],
        },
      ],
    },
    {
      mistake: 'what was rolled back is marked as failed',
      edits: [
        {
          file: SHIPPING,
          replace: "import { InjectModelRepository, type ModelRepository, Transactional } from 'nestjs-sqlmodel-ext';",
          by: "import { InjectModelRepository, type ModelRepository, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';",
        },
        {
          file: SHIPPING,
          replace: 'private readonly shipments: ModelRepository<Shipment>,\n  ) {}',
          by: `private readonly shipments: ModelRepository<Shipment>,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async shipAgain(orderId: string): Promise<void> {
    let shipment: Shipment | undefined;
    try {
      await this.unitOfWork.run(async () => {
        shipment = await this.shipments.add({ worker: 'nobody', orderId });
        throw new Error('Nobody is there');
      });
    } catch {
      if (shipment) await this.shipments.update(shipment, { worker: 'failed' });
    }
  }`,
        },
        {
          file: SHIPMENT_CONTROLLER,
          replace: '  /** 404 when nothing waits. */',
          by: `  @Post('again/:orderId')
  shipAgain(@Param('orderId') orderId: string) {
    return this.service.shipAgain(orderId);
  }

  /** 404 when nothing waits. */`,
        },
        { file: SHIPMENT_CONTROLLER, replace: 'Get, Post, Query }', by: 'Get, Param, Post, Query }' },
      ],
      found: [
        {
          rule: 'RLC010',
          word: 'Shipment',
          at: [SHIPPING, "if (shipment) await this.shipments.update(shipment, { worker: 'failed' });"],
        },
      ],
    },
    {
      mistake: 'a condition asks for the customer, not for its key',
      edits: [
        {
          file: SHIPPING,
          replace: "if (!order) throw new NotFoundException('No paid order waits for shipping');",
          by: "if (!order || !order.customer) throw new NotFoundException('No paid order waits for shipping');",
        },
      ],
      found: [
        {
          rule: 'RLC011',
          word: 'customer',
          at: [
            SHIPPING,
            "if (!order || !order.customer) throw new NotFoundException('No paid order waits for shipping');",
          ],
        },
      ],
    },
  ],

  'orders-answers': [
    {
      mistake: 'a page of shipments shows orders that it does not load',
      edits: [
        {
          file: SHIPMENT_CONTROLLER,
          replace: '@ResponseModel(ListResponseOf(ShipmentResponse))',
          by: "@ResponseModel(ListResponseOf(ShipmentResponse), { relations: 'throw' })",
        },
      ],
      found: [
        {
          rule: 'RLC001',
          word: 'order',
          at: [SHIPMENT_CONTROLLER, 'return this.shipments.getWithCount({}, { tableView: view });'],
        },
      ],
    },
    {
      mistake: 'a new shipment shows its order',
      edits: [
        {
          file: SHIPMENT_CONTROLLER,
          replace: '@ResponseModel(ShipmentResponse)',
          by: "@ResponseModel(ShipmentResponse, { relations: 'throw' })",
        },
      ],
      found: [{ rule: 'RLC001', word: 'order', at: [SHIPMENT_CONTROLLER, 'return this.service.shipNext(worker);'] }],
    },
    {
      mistake: 'an order is shown with its lines',
      edits: [
        {
          file: ORDER_CONTROLLER,
          replace: "@Get(':orderId')\n  @ResponseModel(OrderResponse)",
          by: "@Get(':orderId')\n  @ResponseModel(OrderResponse, { relations: 'throw' })",
        },
      ],
      found: [{ rule: 'RLC005', word: 'lines', at: [ORDER_CONTROLLER, 'return order;'] }],
    },
    {
      mistake: 'what was paid is shown with its lines',
      edits: [
        {
          file: ORDER_CONTROLLER,
          replace: '@Transactional()\n  @ResponseModel(OrderResponse)\n  pay(',
          by: "@Transactional()\n  @ResponseModel(OrderResponse, { relations: 'throw' })\n  pay(",
        },
      ],
      found: [{ rule: 'RLC005', word: 'lines', at: [ORDER_CONTROLLER, 'return this.payments.pay(order);'] }],
    },
    {
      mistake: "the documentation of an answer shows lines, and nothing but TypeORM's relations would load them",
      edits: [
        {
          file: BOOKS_CONTROLLER,
          replace: '  @Get()\n',
          by: `  @Get('orders')
  @ApiOkResponse({ type: [OrderResponse] })
  orders() {
    return this.service.paid();
  }

  @Get()
`,
        },
        {
          file: BOOKS_CONTROLLER,
          replace: "import { ApiTags } from '@nestjs/swagger';",
          by: "import { ApiOkResponse, ApiTags } from '@nestjs/swagger';",
        },
        {
          file: BOOKS_CONTROLLER,
          replace: "import { Books } from './books.js';",
          by: "import { OrderResponse } from '../orders/order-response.js';\nimport { Books } from './books.js';",
        },
        {
          file: BOOKS,
          replace: '  private async orderFaults()',
          by: `  paid(): Promise<Order[]> {
    return this.orders.typeorm.find({ where: { total: MoreThan(0) }, order: { paidAt: 'ASC' } });
  }

  private async orderFaults()`,
        },
        {
          file: BOOKS,
          replace: "import { Customer } from '../customers/customer.js';",
          by: "import { MoreThan } from 'typeorm';\nimport { Customer } from '../customers/customer.js';",
        },
      ],
      found: [{ rule: 'RLC001', word: 'lines', at: [BOOKS_CONTROLLER, 'return this.service.paid();'] }],
    },
  ],

  'orders-tables': [
    {
      mistake: 'the orders of a customer are found without an index',
      edits: [
        {
          file: 'orders/order-base.ts',
          replace: "@Uuid({ index: true, description: 'Who ordered' })",
          by: "@Uuid({ description: 'Who ordered' })",
        },
      ],
      found: [{ rule: 'SCH002', word: 'customerId', at: 'Order.customer' }],
    },
    {
      mistake: 'the movements of a product are found without an index',
      edits: [
        {
          file: 'products/stock-entry.ts',
          replace: '@Uuid({ index: true })\n  productId: string;',
          by: '@Uuid()\n  productId: string;',
        },
      ],
      found: [{ rule: 'SCH002', word: 'productId', at: 'StockEntry.product' }],
    },
    {
      mistake: 'the rule for deletions stands on the side without the key',
      edits: [
        {
          file: 'orders/order.ts',
          replace: "{ cascade: ['insert'] }",
          by: "{ cascade: ['insert'], onDelete: 'SET NULL' }",
        },
      ],
      found: [{ rule: 'SCH001', word: 'onDelete', at: 'Order.lines' }],
    },
  ],
};
