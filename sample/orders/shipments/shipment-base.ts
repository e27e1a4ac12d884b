import { Model, NonEmptyStrippedStr64 } from 'nestjs-sqlmodel-ext';

@Model()
export class ShipmentBase {
  @NonEmptyStrippedStr64({ description: 'Who packed it' })
  worker: string;
}
