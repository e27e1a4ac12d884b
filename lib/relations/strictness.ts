import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import { onQuery, type QueryContext } from '../entity-model/index.js';
import { CallSite, currentScope } from '../transactions/index.js';

/** What happens when something is read that was not loaded. */
export type StrictMode = 'throw' | 'warn' | 'off';

/** How strict a data source is about relations that were not loaded. */
export interface Strictness {
  readonly mode: StrictMode;
  /** The guarded classes: models, or plain entities too. */
  readonly scope: 'models' | 'all';
  /** Whether queries remember where they were made, for messages. */
  readonly callSites: boolean;
  /** Takes what `warn` has to say. */
  readonly warn: (message: string) => void;
}

const DEFAULT: Strictness = {
  mode: 'throw',
  scope: 'models',
  callSites: process.env.NODE_ENV !== 'production',
  warn: (message) => {
    process.emitWarning(message, 'SqlModelExtWarning');
  },
};

const known = new WeakMap<DataSource, Strictness>();

/** How strict a data source is; without `forRoot()`: models are guarded, and errors are thrown. */
export function strictnessOf(dataSource: DataSource): Strictness {
  return known.get(dataSource) ?? DEFAULT;
}

/** Notes how strict a data source is. What is left out has its default. */
export function noteStrictness(dataSource: DataSource, strictness: Partial<Strictness>): void {
  const given = Object.entries(strictness).filter(([, value]) => value !== undefined);
  known.set(dataSource, { ...DEFAULT, ...Object.fromEntries(given) });
}

const ofQuery = new AsyncLocalStorage<boolean>();

/** Runs queries whose entities are guarded or not, whatever the data source says. */
export function queryStrictly<T>(strict: boolean, work: () => Promise<T>): Promise<T> {
  return ofQuery.run(strict, work);
}

const place = new AsyncLocalStorage<string>();

/** Runs the query that loads a relation; `path` leads to it from the entity that the application asked for, `author.`. */
export function queryAt<T>(path: string, work: () => Promise<T>): Promise<T> {
  return place.run(path, work);
}

function strictnessOfQuery(dataSource: DataSource): QueryContext | undefined {
  const strict = ofQuery.getStore();
  if (strict === false) return { strict };
  const { mode, callSites } = strictnessOf(dataSource);
  if (!callSites || (mode === 'off' && strict !== true)) return strict === undefined ? undefined : { strict };
  return { strict, readAt: new CallSite(), path: place.getStore() };
}

onQuery((dataSource) => {
  const context = strictnessOfQuery(dataSource);
  const attempt = currentScope(dataSource)?.transaction.attempt;
  return attempt ? { ...context, attempt } : context;
});
