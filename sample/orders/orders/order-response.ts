import { DateTime, Model, Nested, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { OrderBase } from './order-base.js';
import { OrderLineResponse } from './order-line-response.js';

@Model()
export class OrderResponse extends UuidIdDatetimeInfo(OrderBase) {
  @DateTime({ nullable: true, description: 'When the wallet was charged' })
  paidAt: Date | null;

  @Nested(() => [OrderLineResponse])
  lines: OrderLineResponse[];
}
