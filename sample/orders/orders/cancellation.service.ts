import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, RequiresForUpdate } from 'nestjs-sqlmodel-ext';
import { PaymentService } from '../payments/payment.service.js';
import { ProductService } from '../products/product.service.js';
import { StockEntry } from '../products/stock-entry.js';
import { StockReason } from '../products/stock-reason.js';
import { OrderStatus } from './order-status.js';
import { Order } from './order.js';

@Injectable()
export class CancellationService {
  constructor(
    @InjectModelRepository(Order) private readonly orders: ModelRepository<Order>,
    @InjectModelRepository(StockEntry) private readonly entries: ModelRepository<StockEntry>,
    private readonly productService: ProductService,
    private readonly payments: PaymentService,
  ) {}

  /** Gives back the money, if there was any, and the goods. What has been shipped stays sold. */
  @RequiresForUpdate()
  async cancel(order: Order): Promise<Order> {
    const wasPaid = order.status === OrderStatus.Paid;
    order.become(OrderStatus.Cancelled, OrderStatus.Placed, OrderStatus.Paid);
    await this.orders.save(order);
    if (wasPaid) await this.payments.refund(order);
    await this.putBack(order);
    return order;
  }

  private async putBack({ id: orderId, lines }: Order): Promise<void> {
    const quantities = new Map(lines.map(({ productId, quantity }) => [productId, quantity]));
    const products = await this.productService.lock([...quantities.keys()]);
    for (const product of products) product.stock += quantities.get(product.id) ?? 0;
    await this.productService.saveInOrder(products);
    await this.entries.add(
      lines.map(({ productId, quantity }) => ({ productId, reason: StockReason.Returned, quantity, orderId })),
    );
  }
}
