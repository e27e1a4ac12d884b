import { Bool, List1024, Model, Nested, Text1K } from 'nestjs-sqlmodel-ext';
import { CustomerAccount } from './customer-account.js';
import { ProductAccount } from './product-account.js';

/** The audit: what the tables say against what the ledgers say. */
@Model()
export class Books {
  @Bool({ description: 'Whether every account is balanced and every order is in order' })
  isBalanced: boolean;

  @Nested(() => [ProductAccount])
  products: ProductAccount[];

  @Nested(() => [CustomerAccount])
  customers: CustomerAccount[];

  @List1024(Text1K, { description: 'What is wrong with single orders' })
  faults: string[];
}
