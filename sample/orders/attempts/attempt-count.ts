import { Model, NonNegativeInt, Str64 } from 'nestjs-sqlmodel-ext';

@Model()
export class AttemptCount {
  @Str64({ description: 'Class and method' })
  method: string;

  @Str64({ description: '`succeeded`, `retrying` (another attempt followed) or `failed` (it was the last)' })
  outcome: string;

  @Str64({ nullable: true, description: 'The conflict that it met; null: none' })
  kind: string | null;

  @NonNegativeInt({ description: 'Attempts since the start' })
  count: number;
}
