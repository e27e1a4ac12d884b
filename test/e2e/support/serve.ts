import { Module, type DynamicModule, type INestApplication, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HttpClient } from './http-client.js';
import { httpAdapter, type Platform } from './platform.js';

/** An application on a free port. */
export interface Served {
  readonly app: INestApplication;
  readonly http: HttpClient;
  /** What it logged, as `level: message`. */
  readonly logs: string[];
}

/** Starts an application on a real HTTP server; `configure` is what its `main.ts` does before `listen()`. */
export async function serve(
  platform: Platform,
  metadata: ModuleMetadata,
  configure: (app: INestApplication) => unknown = () => undefined,
): Promise<Served> {
  class Root {}
  Module(metadata)(Root);
  const logs: string[] = [];
  const at = (level: string) => (message: unknown) => void logs.push(`${level}: ${String(message)}`);
  const logger = { log: at('log'), warn: at('warn'), error: at('error'), debug: at('debug'), verbose: at('verbose') };
  const app = await NestFactory.create(Root, httpAdapter(platform), { logger, abortOnError: false });
  await configure(app);
  await app.listen(0, '127.0.0.1');
  return { app, http: new HttpClient(await app.getUrl()), logs };
}

/** A SQLite data source in memory, with the schema of these entities. */
export function sqliteInMemory(entities: readonly Function[], options: object = {}): DynamicModule {
  return TypeOrmModule.forRoot({
    type: 'better-sqlite3',
    database: ':memory:',
    synchronize: true,
    entities: [...entities],
    ...options,
  });
}
