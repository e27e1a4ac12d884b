import { EnumOf, Model, PositiveInt, Uuid, UuidTableBase } from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';
import { Product } from './product.js';
import { StockReason } from './stock-reason.js';

/** The ledger of the warehouse: one row for every movement, never changed. What is in stock must follow from it. */
@Model()
export class StockEntry extends UuidTableBase {
  @Uuid({ index: true })
  productId: string;

  @ManyToOne(() => Product, { onDelete: 'RESTRICT' })
  product: Relation<Product>;

  @EnumOf(StockReason)
  reason: StockReason;

  @PositiveInt({ description: 'Pieces; the reason says in which direction' })
  quantity: number;

  @Uuid({ nullable: true, description: 'The order that moved them' })
  orderId: string | null;
}
