import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Product } from './product.js';
import { ProductController } from './product.controller.js';
import { ProductService } from './product.service.js';
import { StockEntry } from './stock-entry.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Product, StockEntry])],
  controllers: [ProductController],
  providers: [ProductService],
  exports: [ProductService],
})
export class ProductsModule {}
