import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { CustomerController } from './customer.controller.js';
import { CustomerService } from './customer.service.js';
import { Customer } from './customer.js';
import { WalletEntry } from './wallet-entry.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Customer, WalletEntry])],
  controllers: [CustomerController],
  providers: [CustomerService],
  exports: [CustomerService],
})
export class CustomersModule {}
