import type { BeginRecord, EndRecord, LogRecord } from './log-record.js';

/** A write, or a transaction, as the log of its process tells it. */
export interface WriteOperation {
  readonly name: string;
  /** Name of its process. */
  readonly worker: string;
  readonly what: string;
  /** In microseconds. */
  readonly began: number;
  readonly begin: BeginRecord;
  /** Undefined: its process has died meanwhile. */
  readonly end: EndRecord | undefined;
  readonly isMarked: boolean;
}

/** The operations of a worker, by name. */
export function writeOperationsOf(worker: string, records: readonly LogRecord[]): Map<string, WriteOperation> {
  const ends = new Map(records.flatMap((record) => (record.type === 'end' ? [[record.operation, record]] : [])));
  const marked = new Set(records.flatMap((record) => (record.type === 'marked' ? [record.operation] : [])));
  const operations = new Map<string, WriteOperation>();
  for (const begin of records) {
    if (begin.type !== 'begin') continue;
    const { operation: name, what, at: began } = begin;
    operations.set(name, { name, worker, what, began, begin, end: ends.get(name), isMarked: marked.has(name) });
  }
  return operations;
}

/** The operation whose writes have this tag. */
export function operationOfTag(tag: string): string {
  return tag.slice(0, tag.lastIndexOf('.'));
}
