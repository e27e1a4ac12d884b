import { Model } from 'nestjs-sqlmodel-ext';
import { ShipmentBase } from './shipment-base.js';

@Model()
export class ShipmentCreate extends ShipmentBase {}
