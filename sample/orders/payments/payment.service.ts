import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, RequiresForUpdate } from 'nestjs-sqlmodel-ext';
import { Customer } from '../customers/customer.js';
import { WalletEntry } from '../customers/wallet-entry.js';
import { WalletReason } from '../customers/wallet-reason.js';
import { OrderStatus } from '../orders/order-status.js';
import { Order } from '../orders/order.js';
import { PaymentStatus } from './payment-status.js';
import { Payment } from './payment.js';

/** Moves money. Who calls holds the lock of the order, which these methods ask for; they take that of the wallet. */
@Injectable()
export class PaymentService {
  constructor(
    @InjectModelRepository(Order) private readonly orders: ModelRepository<Order>,
    @InjectModelRepository(Customer) private readonly customers: ModelRepository<Customer>,
    @InjectModelRepository(Payment) private readonly payments: ModelRepository<Payment>,
    @InjectModelRepository(WalletEntry) private readonly entries: ModelRepository<WalletEntry>,
  ) {}

  @RequiresForUpdate()
  async pay(order: Order): Promise<Order> {
    const { id: orderId, customerId, total: amount } = order;
    order.become(OrderStatus.Paid, OrderStatus.Placed);
    order.paidAt = new Date();
    await this.orders.save(order);
    const customer = await this.customers.getExistOne(customerId, { withForUpdate: true });
    customer.charge(amount);
    await this.customers.save(customer);
    await this.payments.add({ orderId, customerId, amount });
    await this.entries.add({ customerId, reason: WalletReason.Payment, amount, orderId });
    return order;
  }

  @RequiresForUpdate()
  async refund({ id: orderId, customerId }: Order): Promise<void> {
    const customer = await this.customers.getExistOne(customerId, { withForUpdate: true });
    const payment = await this.payments.get({ orderId }, { fetch: 'one' });
    customer.refund(payment.amount);
    await this.customers.save(customer);
    await this.payments.update(payment, { status: PaymentStatus.Refunded });
    await this.entries.add({ customerId, reason: WalletReason.Refund, amount: payment.amount, orderId });
  }
}
