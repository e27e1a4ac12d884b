import { IntIdInfo, Model } from 'nestjs-sqlmodel-ext';
import { TagBase } from './tag-base.js';

@Model()
export class TagResponse extends IntIdInfo(TagBase) {}
