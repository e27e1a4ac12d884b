import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, Transactional } from 'nestjs-sqlmodel-ext';
import { OrderStatus } from '../orders/order-status.js';
import { Order } from '../orders/order.js';
import { Shipment } from './shipment.js';

@Injectable()
export class ShippingService {
  constructor(
    @InjectModelRepository(Order) private readonly orders: ModelRepository<Order>,
    @InjectModelRepository(Shipment) private readonly shipments: ModelRepository<Shipment>,
  ) {}

  /**
   * The order that has waited longest. Those that others are packing, paying or cancelling at this moment are locked: they
   * are skipped, not waited for, so that any number of workers pack at the same time, each another order.
   */
  @Transactional()
  async shipNext(worker: string): Promise<Shipment> {
    const order = await this.orders.get(
      { status: OrderStatus.Paid },
      { order: { paidAt: 'ASC' }, withForUpdate: { skipLocked: true } },
    );
    if (!order) throw new NotFoundException('No paid order waits for shipping');
    order.become(OrderStatus.Shipped, OrderStatus.Paid);
    await this.orders.save(order);
    return this.shipments.add({ worker, orderId: order.id });
  }
}
