import type { INestApplication } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { createApp } from '../../../sample/blog/app.js';
import { databaseUrl } from './database-url.js';
import { HttpClient } from './http-client.js';
import { httpAdapter, type Platform } from './platform.js';

export interface RunningBlog {
  readonly app: INestApplication;
  readonly http: HttpClient;
}

/** Starts the sample on a free port, configured as its operator would: by `DATABASE_URL`. */
export async function startBlog(database: DataSourceOptions, platform: Platform = 'express'): Promise<RunningBlog> {
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
  return { app, http: new HttpClient(await app.getUrl()) };
}
