import { Model, Nested, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { OrderResponse } from '../orders/order-response.js';
import { ShipmentBase } from './shipment-base.js';

@Model()
export class ShipmentResponse extends UuidIdDatetimeInfo(ShipmentBase) {
  @Nested(() => OrderResponse, { description: 'What is in it' })
  order: OrderResponse;
}
