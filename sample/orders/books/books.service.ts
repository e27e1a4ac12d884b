import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, Transactional } from 'nestjs-sqlmodel-ext';
import { Customer } from '../customers/customer.js';
import { WalletEntry } from '../customers/wallet-entry.js';
import { WalletReason } from '../customers/wallet-reason.js';
import { Order } from '../orders/order.js';
import { Payment } from '../payments/payment.js';
import { PaymentStatus } from '../payments/payment-status.js';
import { Product } from '../products/product.js';
import { StockEntry } from '../products/stock-entry.js';
import { StockReason } from '../products/stock-reason.js';
import { Books } from './books.js';
import type { CustomerAccount } from './customer-account.js';
import { faultOf } from './order-faults.js';
import type { ProductAccount } from './product-account.js';
import { sumsBy } from './sums-by.js';

@Injectable()
export class BooksService {
  constructor(
    @InjectModelRepository(Product) private readonly products: ModelRepository<Product>,
    @InjectModelRepository(StockEntry) private readonly stockEntries: ModelRepository<StockEntry>,
    @InjectModelRepository(Customer) private readonly customers: ModelRepository<Customer>,
    @InjectModelRepository(WalletEntry) private readonly walletEntries: ModelRepository<WalletEntry>,
    @InjectModelRepository(Order) private readonly orders: ModelRepository<Order>,
    @InjectModelRepository(Payment) private readonly payments: ModelRepository<Payment>,
  ) {}

  /** All of it as it was at one moment, while the shop goes on selling. */
  @Transactional({ isolation: 'REPEATABLE READ' })
  async audit(): Promise<Books> {
    const products = await this.productAccounts();
    const customers = await this.customerAccounts();
    const faults = await this.orderFaults();
    const isBalanced = [...products, ...customers].every((account) => account.isBalanced) && faults.length === 0;
    return { isBalanced, products, customers, faults };
  }

  private async productAccounts(): Promise<ProductAccount[]> {
    const sums = await sumsBy(this.stockEntries, 'productId', 'quantity');
    const accounts: ProductAccount[] = [];
    for await (const { id, sku, stock } of this.products.stream()) {
      const of = (reason: StockReason) => sums.get(id)?.[reason] ?? 0;
      const initial = of(StockReason.Initial);
      const restocked = of(StockReason.Restocked);
      const sold = of(StockReason.Sold);
      const returned = of(StockReason.Returned);
      const isBalanced = stock >= 0 && initial + restocked - sold + returned === stock;
      accounts.push({ productId: id, sku, initial, restocked, sold, returned, stock, isBalanced });
    }
    return accounts;
  }

  /** The payments are a second witness beside the ledger. */
  private async customerAccounts(): Promise<CustomerAccount[]> {
    const sums = await sumsBy(this.walletEntries, 'customerId', 'amount');
    const payments = await sumsBy(this.payments, 'customerId', 'amount', 'status');
    const accounts: CustomerAccount[] = [];
    for await (const { id, name, balance } of this.customers.stream()) {
      const of = (reason: WalletReason) => sums.get(id)?.[reason] ?? 0;
      const opening = of(WalletReason.Opening);
      const deposited = of(WalletReason.Deposit);
      const paid = of(WalletReason.Payment);
      const refunded = of(WalletReason.Refund);
      const kept = payments.get(id)?.[PaymentStatus.Charged] ?? 0;
      const isBalanced = balance >= 0 && opening + deposited - paid + refunded === balance && paid - refunded === kept;
      accounts.push({ customerId: id, name, opening, deposited, paid, refunded, balance, isBalanced });
    }
    return accounts;
  }

  private async orderFaults(): Promise<string[]> {
    const payments = await this.payments.get({}, { fetch: 'all' });
    const paymentOf = new Map(payments.map((payment) => [payment.orderId, payment]));
    const faults: string[] = [];
    for await (const order of this.orders.stream({}, { load: ['lines'] })) {
      const fault = faultOf(order, paymentOf.get(order.id));
      if (fault !== undefined) faults.push(`Order ${order.id}: ${fault}`);
    }
    return faults;
  }
}
