import { EnumOf, Model, PositiveBigInt, Uuid, UuidTableBase } from 'nestjs-sqlmodel-ext';
import { JoinColumn, ManyToOne, OneToOne, type Relation } from 'typeorm';
import { Customer } from '../customers/customer.js';
import { Order } from '../orders/order.js';
import { PaymentStatus } from './payment-status.js';

/** An order has one at most: the database says so too. */
@Model()
export class Payment extends UuidTableBase {
  @Uuid({ unique: true })
  orderId: string;

  @OneToOne(() => Order, { onDelete: 'RESTRICT' })
  @JoinColumn()
  order: Relation<Order>;

  @Uuid({ index: true })
  customerId: string;

  @ManyToOne(() => Customer, { onDelete: 'RESTRICT' })
  customer: Relation<Customer>;

  @PositiveBigInt()
  amount: number;

  @EnumOf(PaymentStatus, { default: PaymentStatus.Charged })
  status: PaymentStatus;
}
