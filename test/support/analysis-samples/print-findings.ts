import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { analyseApplication } from '../../../lib/nest/analysis-run.js';
import type { CopyReport } from './copy-report.js';

/** `app.ts` of a sample. */
interface SampleApp {
  createApp(adapter: AbstractHttpAdapter | undefined, options: NestApplicationOptions): Promise<INestApplication>;
}

/** What `autoLoadEntities` adds to: one list for all applications of a process, which here would share their tables. */
interface EntityLists {
  readonly EntitiesMetadataStorage: { readonly storage: Map<string, unknown> };
}

const { EntitiesMetadataStorage } = (await import(
  new URL('entities-metadata.storage.js', import.meta.resolve('@nestjs/typeorm')).href
)) as EntityLists;

/** Prints what the analysis finds in each of the applications whose folders are given, as a list of lists. */
const reports: CopyReport[] = [];
for (const folder of process.argv.slice(2)) {
  EntitiesMetadataStorage.storage.clear();
  const { createApp } = (await import(pathToFileURL(join(folder, 'app.js')).href)) as SampleApp;
  // No hook runs: a changed application need not get through its own start.
  const app = await createApp(undefined, { logger: ['error', 'fatal'], abortOnError: false });
  const container = { modules: app.get(ModulesContainer), application: app.get(ApplicationConfig) };
  const { findings, unread } = analyseApplication(container, []);
  reports.push({ findings, unread });
  await app.close();
}
console.log(JSON.stringify(reports));
