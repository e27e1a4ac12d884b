import { Model, PositiveInt } from 'nestjs-sqlmodel-ext';

@Model()
export class Restock {
  @PositiveInt({ max: 1_000_000, description: 'Pieces that came in' })
  quantity: number;
}
