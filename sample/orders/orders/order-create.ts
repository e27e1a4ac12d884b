import { Bool, List20, Model, Uuid } from 'nestjs-sqlmodel-ext';
import { OrderLineBase } from './order-line-base.js';

@Model()
export class OrderCreate {
  @Uuid({ description: 'Who orders' })
  customerId: string;

  @List20(() => OrderLineBase, { description: 'At least one line; lines of one product are put together' })
  lines: OrderLineBase[];

  @Bool({ default: true, description: 'Charges the wallet at once; else the order waits to be paid' })
  payNow: boolean;
}
