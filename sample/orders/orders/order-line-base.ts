import { Model, PositiveInt, Uuid } from 'nestjs-sqlmodel-ext';

@Model()
export class OrderLineBase {
  @Uuid({ index: true, description: 'What is ordered' })
  productId: string;

  @PositiveInt({ max: 1_000, description: 'Pieces' })
  quantity: number;
}
