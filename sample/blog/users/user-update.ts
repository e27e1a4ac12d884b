import { AllFieldsOptional, Model } from 'nestjs-sqlmodel-ext';
import { UserBase } from './user-base.js';

@Model()
export class UserUpdate extends AllFieldsOptional(UserBase) {}
