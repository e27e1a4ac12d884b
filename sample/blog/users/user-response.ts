import { Model, UuidIdDatetimeInfo } from 'nestjs-sqlmodel-ext';
import { UserBase } from './user-base.js';

/** Has no e-mail address and no password, so no answer ever shows them. */
@Model()
export class UserResponse extends UuidIdDatetimeInfo(UserBase) {}
