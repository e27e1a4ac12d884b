import { closeSync, openSync, writeSync } from 'node:fs';
import type { LogRecord } from './log-record.js';

const BUFFERED = 50;

/**
 * The append-only log of a worker. What the operating system has taken survives SIGKILL: writes are noted before and after;
 * reads may be lost with their process, which nobody misses.
 */
export class OperationLog {
  #file: number | undefined;
  #lines: string[] = [];

  /** Goes on in another file. */
  open(path: string): void {
    this.close();
    this.#file = openSync(path, 'a');
  }

  add(record: LogRecord): void {
    this.#lines.push(JSON.stringify(record));
    if (record.type !== 'read' || this.#lines.length >= BUFFERED) this.flush();
  }

  flush(): void {
    if (this.#file === undefined || this.#lines.length === 0) return;
    writeSync(this.#file, `${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }

  close(): void {
    this.flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
