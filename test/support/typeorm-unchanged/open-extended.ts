import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import type { Application } from './application.js';
import { Gadget } from './gadget.js';

/** The application with this library: in Nest, with a first model beside its plain entities. */
export async function openExtended(options: DataSourceOptions, scope: 'all' | 'models'): Promise<Application> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...options, entities: [...(options.entities as Function[]), Gadget], retryAttempts: 0 }),
      SqlModelExtModule.forRoot(scope === 'all' ? { relations: { strict: 'throw', scope } } : {}),
    ],
  })
  class ApplicationModule {}

  const context = await NestFactory.createApplicationContext(ApplicationModule, { logger: ['error', 'warn'] });
  return { dataSource: context.get(DataSource), close: () => context.close() };
}
