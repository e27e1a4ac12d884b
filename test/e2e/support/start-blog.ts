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

/**
 * Starts the sample on a free port, configured as its operator would: by `DATABASE_URL` and `REDIS_URL`. Without a URL of
 * Redis it caches in memory, whatever the environment of the tests says.
 */
export async function startBlog(
  database: DataSourceOptions,
  platform: Platform = 'express',
  redisUrl?: string,
): Promise<RunningBlog> {
  const app = await withVariables({ DATABASE_URL: databaseUrl(database), REDIS_URL: redisUrl }, () =>
    createApp(httpAdapter(platform), { logger: false, abortOnError: false }),
  );
  await app.listen(0, '127.0.0.1');
  return { app, http: new HttpClient(await app.getUrl()) };
}

/** Runs work with these variables of the environment; undefined: without the variable. */
async function withVariables<T>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(variables)) setVariable(name, value);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
