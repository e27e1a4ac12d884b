import { Model } from 'nestjs-sqlmodel-ext';
import { TagBase } from './tag-base.js';

@Model()
export class TagCreate extends TagBase {}
