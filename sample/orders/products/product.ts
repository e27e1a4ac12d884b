import { Model, NonNegativeInt, OptimisticLock, UuidTable } from 'nestjs-sqlmodel-ext';
import { Check } from 'typeorm';
import { NotEnoughStockException } from './not-enough-stock.exception.js';
import { PriceListItem } from './price-list-item.js';

/** `NonNegativeInt` holds for every entity that is saved; the CHECK for whoever writes SQL, where TypeORM makes them. */
@Model()
@Check('product_stock_is_not_negative', 'stock >= 0')
export class Product extends OptimisticLock(UuidTable(PriceListItem)) {
  @NonNegativeInt({ default: 0, description: 'Pieces that can be sold' })
  stock: number;

  /** Does not save. */
  take(quantity: number): void {
    if (quantity > this.stock) throw new NotEnoughStockException(this.sku, this.stock);
    this.stock -= quantity;
  }
}
