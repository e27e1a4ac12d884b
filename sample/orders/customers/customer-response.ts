import { Model, NonNegativeBigInt, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { CustomerBase } from './customer-base.js';

@Model()
export class CustomerResponse extends UuidIdDatetimeInfo(CustomerBase) {
  @NonNegativeBigInt({ description: 'What is in the wallet, in cents' })
  balance: number;
}
