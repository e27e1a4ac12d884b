import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Order } from '../orders/order.js';
import { Shipment } from './shipment.js';
import { ShipmentController } from './shipment.controller.js';
import { ShippingService } from './shipping.service.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Shipment, Order])],
  controllers: [ShipmentController],
  providers: [ShippingService],
  exports: [ShippingService],
})
export class ShipmentsModule {}
