import { Email, Model, NonEmptyStr128 } from 'nestjs-sqlmodel-ext';
import { UserBase } from './user-base.js';

@Model()
export class UserCreate extends UserBase {
  @Email({ description: 'Known to the blog only, never shown' })
  email: string;

  @NonEmptyStr128({ description: 'Stored as a salted hash' })
  password: string;
}
