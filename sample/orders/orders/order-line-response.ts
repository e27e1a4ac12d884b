import { Model, PositiveInt } from 'nestjs-sqlmodel-ext';
import { OrderLineBase } from './order-line-base.js';

@Model()
export class OrderLineResponse extends OrderLineBase {
  @PositiveInt({ description: 'Price of one piece when the order was placed, in cents' })
  price: number;
}
