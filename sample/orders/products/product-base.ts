import { Model, NonEmptyStrippedStr128, PositiveInt } from 'nestjs-sqlmodel-ext';

/** What changes about a product by a decision of somebody, and not by selling it. */
@Model()
export class ProductBase {
  @NonEmptyStrippedStr128({ description: 'Name shown to customers' })
  name: string;

  @PositiveInt({ description: 'Price of one piece, in cents' })
  price: number;
}
