import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Customer } from '../customers/customer.js';
import { WalletEntry } from '../customers/wallet-entry.js';
import { Order } from '../orders/order.js';
import { Payment } from '../payments/payment.js';
import { Product } from '../products/product.js';
import { StockEntry } from '../products/stock-entry.js';
import { BooksController } from './books.controller.js';
import { BooksService } from './books.service.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Product, StockEntry, Customer, WalletEntry, Order, Payment])],
  controllers: [BooksController],
  providers: [BooksService],
})
export class BooksModule {}
