import type { INestApplication } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { createApp } from '../../../sample/orders/app.js';
import { databaseUrl } from './database-url.js';
import { HttpClient } from './http-client.js';
import { httpAdapter, type Platform } from './platform.js';

export interface RunningShop {
  readonly app: INestApplication;
  readonly http: HttpClient;
  readonly url: string;
}

/** Starts the sample on a free port, configured as its operator would: by `DATABASE_URL`. */
export async function startOrders(database: DataSourceOptions, platform: Platform = 'express'): Promise<RunningShop> {
  const before = process.env['DATABASE_URL'];
  process.env['DATABASE_URL'] = databaseUrl(database);
  let app: INestApplication;
  try {
    app = await createApp(httpAdapter(platform), { logger: false, abortOnError: false });
  } finally {
    if (before === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = before;
  }
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, url, http: new HttpClient(url) };
}
