import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Customer } from '../customers/customer.js';
import { PaymentsModule } from '../payments/payments.module.js';
import { Product } from '../products/product.js';
import { ProductsModule } from '../products/products.module.js';
import { StockEntry } from '../products/stock-entry.js';
import { CancellationService } from './cancellation.service.js';
import { CheckoutService } from './checkout.service.js';
import { OrderLine } from './order-line.js';
import { Order } from './order.js';
import { OrderController } from './order.controller.js';

@Module({
  imports: [
    SqlModelExtModule.forFeature([Order, OrderLine, Product, StockEntry, Customer]),
    ProductsModule,
    PaymentsModule,
  ],
  controllers: [OrderController],
  providers: [CheckoutService, CancellationService],
  exports: [CheckoutService],
})
export class OrdersModule {}
