import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { AttemptCounts } from './attempts/attempt-counts.js';
import { AttemptsModule } from './attempts/attempts.module.js';
import { BooksModule } from './books/books.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { databaseOptions } from './database.js';
import { DemoModule } from './demo/demo.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsModule } from './products/products.module.js';
import { ShipmentsModule } from './shipments/shipments.module.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: () => databaseOptions(process.env.DATABASE_URL) }),
    SqlModelExtModule.forRootAsync({
      imports: [AttemptsModule],
      inject: [AttemptCounts],
      useFactory: (counts: AttemptCounts) => ({
        // For every @RetryOnConflict(): in a sale many want the same product at the same moment.
        retry: { retries: 8, onAttempt: (event) => counts.note(event) },
      }),
    }),
    AttemptsModule,
    ProductsModule,
    CustomersModule,
    OrdersModule,
    ShipmentsModule,
    BooksModule,
    DemoModule,
  ],
})
export class AppModule {}
