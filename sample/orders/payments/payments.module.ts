import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Customer } from '../customers/customer.js';
import { WalletEntry } from '../customers/wallet-entry.js';
import { Order } from '../orders/order.js';
import { Payment } from './payment.js';
import { PaymentService } from './payment.service.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Payment, Order, Customer, WalletEntry])],
  providers: [PaymentService],
  exports: [PaymentService],
})
export class PaymentsModule {}
