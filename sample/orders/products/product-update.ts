import { AllFieldsOptional, Model } from 'nestjs-sqlmodel-ext';
import { ProductBase } from './product-base.js';

/** Neither the SKU, which price lists know the product by, nor the stock, which is counted. */
@Model()
export class ProductUpdate extends AllFieldsOptional(ProductBase) {}
