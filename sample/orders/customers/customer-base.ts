import { Model, NonEmptyStrippedStr64 } from 'nestjs-sqlmodel-ext';

@Model()
export class CustomerBase {
  @NonEmptyStrippedStr64({ description: 'Full name' })
  name: string;
}
