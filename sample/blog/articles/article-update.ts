import { AllFieldsOptional, Model } from 'nestjs-sqlmodel-ext';
import { ArticleBase } from './article-base.js';

/** A PATCH body: what it does not name stays as it is. */
@Model()
export class ArticleUpdate extends AllFieldsOptional(ArticleBase) {}
