import { EnumOf, Model, PositiveBigInt, Uuid } from 'nestjs-sqlmodel-ext';
import { OrderStatus } from './order-status.js';

@Model()
export class OrderBase {
  @Uuid({ index: true, description: 'Who ordered' })
  customerId: string;

  @EnumOf(OrderStatus, { default: OrderStatus.Placed })
  status: OrderStatus;

  @PositiveBigInt({ description: 'What it costs, in cents, at the prices of the moment when it was placed' })
  total: number;
}
