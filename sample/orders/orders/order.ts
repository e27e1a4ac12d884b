import { ConflictException } from '@nestjs/common';
import { DateTime, Model, OptimisticLock, RequiresForUpdate, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToOne, OneToMany, type Relation } from 'typeorm';
import { Customer } from '../customers/customer.js';
import { OrderBase } from './order-base.js';
import { OrderLine } from './order-line.js';
import { OrderStatus } from './order-status.js';

/** The index is for whoever ships: MariaDB locks every row that it reads, so it had better read few. */
@Model({ tableName: 'orders', indexes: [{ columns: ['status', 'paidAt'] }] })
export class Order extends OptimisticLock(UuidTable(OrderBase)) {
  @ManyToOne(() => Customer, { onDelete: 'RESTRICT' })
  customer: Relation<Customer>;

  @DateTime({ nullable: true })
  paidAt: Date | null;

  /** Stored with the order. */
  @OneToMany(() => OrderLine, (line) => line.order, { cascade: ['insert'] })
  lines: Relation<OrderLine>[];

  /**
   * Goes on to another status, without saving. Only under the row's lock, so that of two who want to pay, ship or cancel
   * the second one sees what the first one did.
   */
  @RequiresForUpdate()
  become(status: OrderStatus, ...from: OrderStatus[]): void {
    if (!from.includes(this.status)) throw new ConflictException(`The order is ${this.status}`);
    this.status = status;
  }
}
