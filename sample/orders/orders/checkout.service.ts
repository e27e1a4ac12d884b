import { BadRequestException, Injectable, NotFoundException } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, RetryOnConflict, Transactional } from 'nestjs-sqlmodel-ext';
import { In } from 'typeorm';
import { Customer } from '../customers/customer.js';
import { PaymentService } from '../payments/payment.service.js';
import { ProductService } from '../products/product.service.js';
import { Product } from '../products/product.js';
import { StockEntry } from '../products/stock-entry.js';
import { StockReason } from '../products/stock-reason.js';
import type { OrderCreate } from './order-create.js';
import type { OrderLineBase } from './order-line-base.js';
import { Order } from './order.js';

@Injectable()
export class CheckoutService {
  constructor(
    @InjectModelRepository(Order) private readonly orders: ModelRepository<Order>,
    @InjectModelRepository(Product) private readonly products: ModelRepository<Product>,
    @InjectModelRepository(StockEntry) private readonly entries: ModelRepository<StockEntry>,
    @InjectModelRepository(Customer) private readonly customers: ModelRepository<Customer>,
    private readonly productService: ProductService,
    private readonly payments: PaymentService,
  ) {}

  /**
   * Takes the stock of every product, or of none. The total is made of prices that were read, so nobody may change a
   * product between the reading and the writing: the version tells, and then all of this runs again.
   */
  @RetryOnConflict()
  @Transactional()
  async placeOrder({ customerId, lines, payNow }: OrderCreate): Promise<Order> {
    const quantities = quantitiesOf(lines);
    // Everywhere in this shop locks are taken in one order: an order, its customer, products by their ids.
    await this.customers.getExistOne(customerId, { withForUpdate: true });
    const products = await this.take(quantities);
    const order = await this.orders.add({
      customerId,
      total: products.reduce((total, { id, price }) => total + price * (quantities.get(id) ?? 0), 0),
      lines: products.map(({ id, price }) => ({ productId: id, quantity: quantities.get(id), price })),
    });
    await this.entries.add(
      order.lines.map(({ productId, quantity }) => ({
        productId,
        reason: StockReason.Sold,
        quantity,
        orderId: order.id,
      })),
    );
    // This transaction has inserted the row, so nobody else can have it: that is as good as a lock.
    if (payNow) await this.payments.pay(order);
    return order;
  }

  private async take(quantities: ReadonlyMap<string, number>): Promise<Product[]> {
    const ids = [...quantities.keys()];
    const products = await this.products.get({ id: In(ids) }, { fetch: 'all' });
    if (products.length < ids.length) throw new NotFoundException('Product not found');
    for (const product of products) product.take(quantities.get(product.id) ?? 0);
    await this.productService.saveInOrder(products);
    return products;
  }
}

function quantitiesOf(lines: readonly OrderLineBase[]): ReadonlyMap<string, number> {
  if (lines.length === 0) throw new BadRequestException('lines must not be empty');
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    const id = productId.toLowerCase();
    quantities.set(id, (quantities.get(id) ?? 0) + quantity);
  }
  return quantities;
}
