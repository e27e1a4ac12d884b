import type { Logger } from 'typeorm';
import { events } from './events.js';
import { Snapshots } from './snapshot.js';

/** Something that happened: a statement with its parameters, an event, or something that was looked at. */
export type Entry =
  | { readonly sql: string; readonly parameters?: unknown }
  | { readonly event: unknown }
  | { readonly look: string; readonly value: unknown }
  | { readonly log: string };

/** Writes down what happens in a scenario, in its order. TypeORM tells it every statement. */
export class Journal implements Logger {
  entries: Entry[] = [];
  #snapshots = new Snapshots();
  #writes = false;

  constructor() {
    events.tell = (event) => this.entries.push({ event: this.#snapshots.take(event) });
  }

  /** Whether a statement was sent that may have changed rows. */
  get wrote(): boolean {
    return this.#writes;
  }

  /** Begins a new scenario. */
  clear(): void {
    this.entries = [];
    this.#snapshots = new Snapshots();
    this.#writes = false;
  }

  /** What a value is like at this moment. */
  snapshot(value: unknown): unknown {
    return this.#snapshots.take(value);
  }

  /** Notes what a value is like at this moment. */
  look(look: string, value: unknown): void {
    this.entries.push({ look, value: this.#snapshots.take(value) });
  }

  logQuery(sql: string, parameters?: unknown[] | object): void {
    if (!/^\s*(\/\*.*?\*\/)?\s*(SELECT|BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|PRAGMA)\b/i.test(sql)) {
      this.#writes = true;
    }
    const text = this.#snapshots.text(sql);
    const given = parameters && Object.keys(parameters).length > 0 ? { parameters: this.snapshot(parameters) } : {};
    this.entries.push({ sql: text, ...given });
  }

  logQueryError(): void {
    // What a failing statement throws is looked at by who sent it.
  }

  logQuerySlow(): void {
    // How long a statement takes is nobody's business here.
  }

  logSchemaBuild(): void {
    // Before the first scenario.
  }

  logMigration(): void {
    // There are none.
  }

  log(level: string, message: unknown): void {
    this.entries.push({ log: `${level}: ${this.#snapshots.text(String(message))}` });
  }
}
