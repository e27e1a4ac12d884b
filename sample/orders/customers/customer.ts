import { Model, NonNegativeBigInt, OptimisticLock, RequiresForUpdate, UuidTable } from 'nestjs-sqlmodel-ext';
import { Check } from 'typeorm';
import { CustomerBase } from './customer-base.js';
import { InsufficientFundsException } from './insufficient-funds.exception.js';

@Model()
@Check('customer_balance_is_not_negative', 'balance >= 0')
export class Customer extends OptimisticLock(UuidTable(CustomerBase)) {
  @NonNegativeBigInt({ default: 0, description: 'What is in the wallet, in cents' })
  balance: number;

  /** Does not save. Only for whoever holds the row's lock: nobody else can spend the same money meanwhile. */
  @RequiresForUpdate()
  charge(amount: number): void {
    if (amount > this.balance) throw new InsufficientFundsException(amount, this.balance);
    this.balance -= amount;
  }

  /** Does not save. */
  @RequiresForUpdate()
  refund(amount: number): void {
    this.balance += amount;
  }
}
