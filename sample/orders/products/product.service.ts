import { Injectable } from '@nestjs/common';
import {
  InjectModelRepository,
  type ModelRepository,
  RetryOnConflict,
  type TableViewRequest,
  Transactional,
  untracked,
} from 'nestjs-sqlmodel-ext';
import { In } from 'typeorm';
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
   * whoever is selling at an old price begins again.
   */
  @RetryOnConflict()
  @Transactional()
  async importPrices(items: readonly PriceListItem[]) {
    const known = await this.products.get({ sku: In(items.map(({ sku }) => sku)) }, { fetch: 'all' });
    await this.lock(known.map(({ id }) => id));
    return this.products.upsert(items, { conflict: ['sku'] });
  }

  /**
   * Locks products for the transaction that is open, in the order of their ids, as everybody here does: in different orders
   * two would wait for each other. One statement each: reading a list, MariaDB may lock the whole of a small table. The
   * loop is meant, hence `untracked`.
   */
  lock(ids: readonly string[]): Promise<Product[]> {
    return untracked(async () => {
      const products: Product[] = [];
      for (const id of ids.toSorted()) products.push(await this.products.getExistOne(id, { withForUpdate: true }));
      return products;
    });
  }

  /** In the same order: one statement for all of them locks the rows in whatever order the database likes. */
  saveInOrder(products: readonly Product[]): Promise<void> {
    return untracked(async () => {
      for (const product of products.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await this.products.save(product);
    });
  }
}
