import { Bool, Int, Model, NonEmptyStr64, NonNegativeInt, Uuid } from 'nestjs-sqlmodel-ext';

/** initial + restocked − sold + returned = stock */
@Model()
export class ProductAccount {
  @Uuid() productId: string;
  @NonEmptyStr64() sku: string;
  @NonNegativeInt() initial: number;
  @NonNegativeInt() restocked: number;
  @NonNegativeInt() sold: number;
  @NonNegativeInt() returned: number;
  @Int() stock: number;
  @Bool() isBalanced: boolean;
}
