import { Model, PositiveInt, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';
import { Product } from '../products/product.js';
import { OrderLineBase } from './order-line-base.js';
import { Order } from './order.js';

@Model()
export class OrderLine extends UuidTable(OrderLineBase) {
  @PositiveInt()
  price: number;

  @Uuid({ index: true })
  orderId: string;

  @ManyToOne(() => Order, (order) => order.lines, { onDelete: 'CASCADE' })
  order: Relation<Order>;

  @ManyToOne(() => Product, { onDelete: 'RESTRICT' })
  product: Relation<Product>;
}
