import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource } from 'typeorm';
import { onStatement } from '../entity-model/index.js';

/** One statement that was sent. */
export interface RecordedQuery {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const recorders = new AsyncLocalStorage<readonly QueryRecorder[]>();

/**
 * Records the statements that a piece of work sends to a data source: its own alone, not those of others
 * that run at the same time. BEGIN, COMMIT and savepoints count as statements.
 */
export class QueryRecorder {
  readonly #queries: RecordedQuery[] = [];

  constructor(readonly dataSource: DataSource) {}

  /** The statements so far, in order. */
  get queries(): readonly RecordedQuery[] {
    return this.#queries;
  }

  /** Runs work and records its statements. Recorders may be nested. */
  async record<T>(work: () => Promise<T> | T): Promise<T> {
    onStatement(this.dataSource, note);
    return recorders.run([...(recorders.getStore() ?? []), this], async () => work());
  }

  /** Forgets what was recorded. */
  clear(): void {
    this.#queries.length = 0;
  }

  /** The statements as numbered lines, for messages. */
  report(): string {
    if (this.#queries.length === 0) return '  (no statement)';
    return this.#queries.map(({ sql, parameters }, index) => line(index + 1, sql, parameters)).join('\n');
  }

  /** @internal */
  note(query: RecordedQuery): void {
    this.#queries.push(query);
  }
}

function line(number: number, sql: string, parameters: readonly unknown[]): string {
  const values = parameters.length === 0 ? '' : ` -- ${JSON.stringify(parameters, readable)}`;
  return `  ${number}. ${sql}${values}`;
}

function readable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function note(query: RecordedQuery, dataSource: DataSource): void {
  for (const recorder of recorders.getStore() ?? []) {
    if (recorder.dataSource === dataSource) recorder.note(query);
  }
}
