import { Injectable } from '@nestjs/common';
import {
  InjectModelRepository,
  type ModelRepository,
  RetryOnConflict,
  type TableViewRequest,
  Transactional,
} from 'nestjs-sqlmodel-ext';
import type { PriceListItem } from './price-list-item.js';
import type { ProductCreate } from './product-create.js';
import { Product } from './product.js';
import { StockEntry } from './stock-entry.js';
import { StockReason } from './stock-reason.js';

@Injectable()
export class ProductService {
  constructor(
    @InjectModelRepository(Product) private readonly products: ModelRepository<Product>,
    @InjectModelRepository(StockEntry) private readonly entries: ModelRepository<StockEntry>,
  ) {}

  list(view: TableViewRequest) {
    return this.products.getWithCount({}, { tableView: view });
  }

  @Transactional()
  async create(fields: ProductCreate) {
    const product = await this.products.add(fields);
    if (product.stock > 0) {
      await this.entries.add({ productId: product.id, reason: StockReason.Initial, quantity: product.stock });
    }
    return product;
  }

  /**
   * A counter needs no retry of the whole: the function computes anew from whatever somebody else has left, under the
   * lock of the row.
   */
  @Transactional()
  async restock(product: Product, quantity: number) {
    await this.products.update(product, (current) => ({ stock: current.stock + quantity }), {
      optimisticRetryCount: 3,
    });
    await this.entries.add({ productId: product.id, reason: StockReason.Restocked, quantity });
    return product;
  }

  /**
   * Names and prices of products that exist, and new products. Their stock stays as it is; their versions move, so that
   * whoever is selling at an old price begins again. Two lists in opposite orders would be a deadlock: hence the retry.
   */
  @RetryOnConflict()
  @Transactional()
  importPrices(items: readonly PriceListItem[]) {
    return this.products.upsert(items, { conflict: ['sku'] });
  }
}
