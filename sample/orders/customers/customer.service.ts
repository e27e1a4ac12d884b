import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, type TableViewRequest, Transactional } from 'nestjs-sqlmodel-ext';
import type { CustomerCreate } from './customer-create.js';
import { Customer } from './customer.js';
import { WalletEntry } from './wallet-entry.js';
import { WalletReason } from './wallet-reason.js';

@Injectable()
export class CustomerService {
  constructor(
    @InjectModelRepository(Customer) private readonly customers: ModelRepository<Customer>,
    @InjectModelRepository(WalletEntry) private readonly entries: ModelRepository<WalletEntry>,
  ) {}

  list(view: TableViewRequest) {
    return this.customers.getWithCount({}, { tableView: view });
  }

  @Transactional()
  async create(fields: CustomerCreate) {
    const customer = await this.customers.add(fields);
    if (customer.balance > 0) {
      await this.entries.add({ customerId: customer.id, reason: WalletReason.Opening, amount: customer.balance });
    }
    return customer;
  }

  @Transactional()
  async deposit(customer: Customer, amount: number) {
    await this.customers.update(customer, (current) => ({ balance: current.balance + amount }), {
      optimisticRetryCount: 3,
    });
    await this.entries.add({ customerId: customer.id, reason: WalletReason.Deposit, amount });
    return customer;
  }
}
