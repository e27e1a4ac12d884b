import 'reflect-metadata';
import { Session, type Debugger } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer, NestFactory } from '@nestjs/core';
import type { analyseApplication } from '../../lib/nest/analysis-run.js';

/** Milliseconds. */
export interface Time {
  readonly passed: number;
  /** What the processors worked for it, whatever else they did meanwhile; garbage collection included. */
  readonly worked: number;
}

/** What one start took. */
export interface Start {
  /** Loading the application's own files. */
  readonly imports: Time;
  /** `NestFactory.create()` and `init()`: all that Nest, TypeORM and this library do before the first request. */
  readonly startUp: Time;
  /** The analysis of what has started, from loading it to its report; undefined: not asked for. */
  readonly analysis: Time | undefined;
  /** The analysis once more, when its code is warm; undefined: not asked for. */
  readonly again: Time | undefined;
  readonly handlers: number | undefined;
  readonly findings: number | undefined;
  readonly unread: number | undefined;
  /** Resident memory after the start, and after the analysis, in MiB. */
  readonly memory: readonly number[];
  /** Files of the analysis, and of what it alone needs, that the process has loaded. */
  readonly loaded: number;
}

/*
 * `node start.js <folder> [analyse]`: a process of its own starts once, as an application does. With ANALYSIS_MODE=warn
 * the analysis is a part of the start.
 */
const [folder = '', task] = process.argv.slice(2);
const memory: number[] = [];
const note = (): void => {
  memory.push(Math.round(process.memoryUsage().rss / 2 ** 20));
};

const importing = stopwatch();
const { AppModule } = (await import(pathToFileURL(join(folder, 'dist/app.module.js')).href)) as { AppModule: Type };
const imports = importing();
const starting = stopwatch();
const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
await app.init();
const startUp = starting();
note();

let analysis: Time | undefined;
let again: Time | undefined;
let report: ReturnType<typeof analyseApplication> | undefined;
if (task === 'analyse') {
  const analysing = stopwatch();
  const file = join(folder, 'node_modules/nestjs-sqlmodel-ext/dist/nest/analysis-run.js');
  const room = (await import(pathToFileURL(file).href)) as { analyseApplication: typeof analyseApplication };
  const container = { modules: app.get(ModulesContainer), application: app.get(ApplicationConfig) };
  report = room.analyseApplication(container, []);
  analysis = analysing();
  note();
  const repeating = stopwatch();
  room.analyseApplication(container, []);
  again = repeating();
}
await app.close();

const start: Start = {
  imports,
  startUp,
  analysis,
  again,
  handlers: report?.handlers,
  findings: report?.findings.length,
  unread: report?.unread.length,
  memory,
  loaded: filesOfAnalysis(),
};
process.stdout.write(JSON.stringify(start));

function stopwatch(): () => Time {
  const at = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { passed: performance.now() - at, worked: (user + system) / 1_000 };
  };
}

/** Asks the engine, after everything else: it tells of every script that it has. */
function filesOfAnalysis(): number {
  const urls: string[] = [];
  const session = new Session();
  session.connect();
  session.on('Debugger.scriptParsed', ({ params }: { params: Debugger.ScriptParsedEventDataType }) => {
    urls.push(params.url);
  });
  session.post('Debugger.enable');
  session.disconnect();
  if (urls.length === 0) throw new Error('The engine tells of no script');
  return urls.filter((url) => /\/dist\/analysis\/|\/node_modules\/(acorn|source-map-js)\//.test(url)).length;
}
