import { Model, PositiveInt } from 'nestjs-sqlmodel-ext';

@Model()
export class Deposit {
  @PositiveInt({ max: 10_000_000, description: 'Cents' })
  amount: number;
}
