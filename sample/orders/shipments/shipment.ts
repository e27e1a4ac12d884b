import { Model, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { JoinColumn, OneToOne, type Relation } from 'typeorm';
import { Order } from '../orders/order.js';
import { ShipmentBase } from './shipment-base.js';

@Model()
export class Shipment extends UuidTable(ShipmentBase) {
  @Uuid({ unique: true })
  orderId: string;

  @OneToOne(() => Order, { onDelete: 'RESTRICT' })
  @JoinColumn()
  order: Relation<Order>;
}
