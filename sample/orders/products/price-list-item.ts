import { Model, NonEmptyStrippedStr64 } from 'nestjs-sqlmodel-ext';
import { ProductBase } from './product-base.js';

@Model()
export class PriceListItem extends ProductBase {
  @NonEmptyStrippedStr64({ unique: true, description: 'Stock keeping unit: the name of the product in price lists' })
  sku: string;
}
