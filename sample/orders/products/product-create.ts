import { Model, NonNegativeInt } from 'nestjs-sqlmodel-ext';
import { PriceListItem } from './price-list-item.js';

@Model()
export class ProductCreate extends PriceListItem {
  @NonNegativeInt({ default: 0, description: 'Pieces to begin with' })
  stock: number;
}
