import { Bool, Float, Model, NonEmptyStr64, NonNegativeBigInt, Uuid } from 'nestjs-sqlmodel-ext';

/** opening + deposited − paid + refunded = balance, in cents */
@Model()
export class CustomerAccount {
  @Uuid() customerId: string;
  @NonEmptyStr64() name: string;
  @NonNegativeBigInt() opening: number;
  @NonNegativeBigInt() deposited: number;
  @NonNegativeBigInt() paid: number;
  @NonNegativeBigInt() refunded: number;
  @Float() balance: number;
  @Bool() isBalanced: boolean;
}
