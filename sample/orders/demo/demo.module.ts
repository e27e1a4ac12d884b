import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { CustomersModule } from '../customers/customers.module.js';
import { OrdersModule } from '../orders/orders.module.js';
import { Product } from '../products/product.js';
import { ProductsModule } from '../products/products.module.js';
import { DemoData } from './demo-data.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Product]), ProductsModule, CustomersModule, OrdersModule],
  providers: [DemoData],
})
export class DemoModule {}
