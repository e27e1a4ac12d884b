import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';

/** The shop on an HTTP adapter, Express unless told otherwise. It does not listen yet. */
export async function createApp(
  adapter: AbstractHttpAdapter = new ExpressAdapter(),
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule, adapter, options);
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    // On Fastify the UI needs the package @fastify/static as well; the document at /docs-json does not.
    ui: adapter.getType() === 'express',
  });
  return app;
}

function createDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Orders')
    .setDescription('Customers order products and pay from a wallet, many at the same time, and the books balance.')
    .setVersion('1.0')
    .build();
  return SwaggerModule.createDocument(app, config);
}
