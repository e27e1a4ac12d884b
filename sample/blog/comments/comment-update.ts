import { AllFieldsOptional, Model } from 'nestjs-sqlmodel-ext';
import { CommentBase } from './comment-base.js';

@Model()
export class CommentUpdate extends AllFieldsOptional(CommentBase) {}
