import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, Transactional } from 'nestjs-sqlmodel-ext';
import { CustomerService } from '../customers/customer.service.js';
import { CheckoutService } from '../orders/checkout.service.js';
import { ProductService } from '../products/product.service.js';
import { Product } from '../products/product.js';

/** Gives a shop without products something to sell. All of it or nothing. */
@Injectable()
export class DemoData implements OnApplicationBootstrap {
  constructor(
    @InjectModelRepository(Product) private readonly products: ModelRepository<Product>,
    private readonly productService: ProductService,
    private readonly customerService: CustomerService,
    private readonly checkoutService: CheckoutService,
  ) {}

  @Transactional()
  async onApplicationBootstrap(): Promise<void> {
    if ((await this.products.count()) > 0) return;
    await this.productService.create({ sku: 'PEN-1', name: 'Fountain pen', price: 4_500, stock: 20 });
    const ink = await this.productService.create({ sku: 'INK-1', name: 'Bottle of ink', price: 950, stock: 100 });
    const mara = await this.customerService.create({ name: 'Mara', balance: 10_000 });
    await this.customerService.create({ name: 'Tom', balance: 0 });
    await this.checkoutService.placeOrder({
      customerId: mara.id,
      lines: [{ productId: ink.id, quantity: 2 }],
      payNow: true,
    });
  }
}
