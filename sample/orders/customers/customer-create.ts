import { Model, NonNegativeInt } from 'nestjs-sqlmodel-ext';
import { CustomerBase } from './customer-base.js';

@Model()
export class CustomerCreate extends CustomerBase {
  @NonNegativeInt({ default: 0, description: 'What is in the wallet to begin with, in cents' })
  balance: number;
}
