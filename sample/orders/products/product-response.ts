import { Model, NonNegativeInt, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { PriceListItem } from './price-list-item.js';

/** Without the version: that is in the `ETag`. */
@Model()
export class ProductResponse extends UuidIdDatetimeInfo(PriceListItem) {
  @NonNegativeInt({ description: 'Pieces that can be sold' })
  stock: number;
}
