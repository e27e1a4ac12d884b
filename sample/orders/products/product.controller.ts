import { Body, Controller, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  InjectModelRepository,
  ListResponse,
  ListResponseOf,
  ModelParam,
  ModelRepository,
  ResponseModel,
  TableViewRequest,
} from 'nestjs-sqlmodel-ext';
import { PriceList } from './price-list.js';
import { ProductCreate } from './product-create.js';
import { ProductResponse } from './product-response.js';
import { ProductUpdate } from './product-update.js';
import { Product } from './product.js';
import { ProductService } from './product.service.js';
import { Restock } from './restock.js';

@ApiTags('products')
@Controller('products')
export class ProductController {
  constructor(
    private readonly service: ProductService,
    @InjectModelRepository(Product) private readonly products: ModelRepository<Product>,
  ) {}

  @Get()
  @ResponseModel(ListResponseOf(ProductResponse))
  list(@Query() view: TableViewRequest) {
    return this.service.list(view);
  }

  @Post()
  @ResponseModel(ProductResponse)
  create(@Body() product: ProductCreate) {
    return this.service.create(product);
  }

  @Put('prices')
  @ResponseModel(ListResponseOf(ProductResponse))
  async importPrices(@Body() { items }: PriceList) {
    return new ListResponse(await this.service.importPrices(items), items.length);
  }

  @Get(':productId')
  @ResponseModel(ProductResponse)
  read(@ModelParam(Product, 'productId') product: Product) {
    return product;
  }

  /** Who edits has seen the product, and says which version: 412 when it is another one by now, 428 when nothing is said. */
  @Patch(':productId')
  @ResponseModel(ProductResponse)
  edit(@ModelParam(Product, 'productId', { ifMatch: true }) product: Product, @Body() patch: ProductUpdate) {
    return this.products.update(product, patch);
  }

  @Post(':productId/restocks')
  @HttpCode(200)
  @ResponseModel(ProductResponse)
  restock(@ModelParam(Product, 'productId') product: Product, @Body() { quantity }: Restock) {
    return this.service.restock(product, quantity);
  }
}
