import { EnumOf, Model, PositiveBigInt, Uuid, UuidTableBase } from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';
import { Customer } from './customer.js';
import { WalletReason } from './wallet-reason.js';

/** The ledger of the wallets: one row for every movement of money, never changed. Every balance must follow from it. */
@Model()
export class WalletEntry extends UuidTableBase {
  @Uuid({ index: true })
  customerId: string;

  @ManyToOne(() => Customer, { onDelete: 'RESTRICT' })
  customer: Relation<Customer>;

  @EnumOf(WalletReason)
  reason: WalletReason;

  @PositiveBigInt({ description: 'Cents; the reason says in which direction' })
  amount: number;

  @Uuid({ nullable: true, description: 'The order that was paid or refunded' })
  orderId: string | null;
}
