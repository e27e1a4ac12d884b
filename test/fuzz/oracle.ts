import { checkRead, type Complaint } from './check-read.js';
import type { PastFault } from './fault.js';
import { findOperation } from './find-operation.js';
import type { FuzzOptions } from './fuzz-options.js';
import type { HistoryEntry } from './history-table.js';
import type { LogRecord, ReadRecord, SeenRow } from './log-record.js';
import type { Tally } from './tally.js';
import { Timeline, type View } from './timeline.js';
import { codesOf } from './universe.js';
import { visibilityOf } from './visibility.js';
import { type WriteOperation, writeOperationsOf } from './write-operation.js';

/** Everything that is known about an epoch when all is quiet again. */
export interface EpochFacts {
  /** Records by the name of their process. */
  readonly logs: ReadonlyMap<string, readonly LogRecord[]>;
  /** States of rows, in the order of their commits. */
  readonly history: readonly HistoryEntry[];
  /** When processes died, in microseconds. */
  readonly deaths: ReadonlyMap<string, number>;
  readonly faults: readonly PastFault[];
  /** The rows as the database has them now. */
  readonly tables: readonly SeenRow[];
}

/** Something that must not be, with what is known around it. */
export interface Violation {
  /** `stale`: a read contradicts the contract; `other`: something else does. */
  readonly kind: 'stale' | 'other';
  readonly text: string;
  readonly read?: ReadRecord;
  readonly reader?: string;
  readonly complaint?: Complaint;
  readonly missedOperation?: WriteOperation;
}

/** Knows every commit, and what each read may have seen of them. */
export class Oracle {
  readonly timelines: ReadonlyMap<string, Timeline>;

  constructor(
    readonly options: FuzzOptions,
    readonly tally: Tally,
    first: readonly SeenRow[],
  ) {
    const rows = new Map(first.map((row) => [row.code, row]));
    const codes = [...codesOf('shelf'), ...codesOf('volume')];
    this.timelines = new Map(codes.map((code) => [code, new Timeline(code, rows.get(code))]));
  }

  check(facts: EpochFacts): Violation[] {
    const operations = new Map<string, WriteOperation>();
    for (const [worker, records] of facts.logs) {
      for (const [name, operation] of writeOperationsOf(worker, records)) operations.set(name, operation);
    }
    const violations = [
      ...this.#noteHistory(facts, operations),
      ...this.#compareTables(facts.tables),
      ...this.#checkRecords(facts.logs, operations),
    ];
    return violations;
  }

  /** No read that begins after this moment is asked about what was before. */
  forgetBefore(time: number): void {
    for (const timeline of this.timelines.values()) timeline.forgetBefore(time);
  }

  #noteHistory(facts: EpochFacts, operations: ReadonlyMap<string, WriteOperation>): Violation[] {
    const violations: Violation[] = [];
    for (const entry of facts.history) {
      const operation = findOperation(entry, operations);
      if (!operation) throw new Error(`nobody has written ${JSON.stringify(entry)}`);
      const { name, worker, began, end } = operation;
      if (end?.outcome === 'failed' || end?.outcome === 'rolled back') {
        violations.push({ kind: 'other', text: `${name} ${end.outcome} (${end.error}), but is stored: ${entry.code}` });
      }
      const visibility = visibilityOf(operation, this.options, facts.deaths.get(worker), facts.faults);
      this.timelines.get(entry.code)?.add({ row: entry.row, operation: name, began, visibility });
    }
    return violations;
  }

  /** The oracle itself must be right about the end. */
  #compareTables(tables: readonly SeenRow[]): Violation[] {
    const rows = new Map(tables.map((row) => [row.code, row]));
    return [...this.timelines.values()]
      .filter(({ code, last }) => last.row?.tag !== rows.get(code)?.tag)
      .map(({ code, last }) => ({
        kind: 'other',
        text: `${code} is ${rows.get(code)?.tag}, but its history says ${last.row?.tag}`,
      }));
  }

  #checkRecords(logs: EpochFacts['logs'], operations: ReadonlyMap<string, WriteOperation>): Violation[] {
    const violations: Violation[] = [];
    for (const [reader, records] of logs) {
      for (const record of records) {
        this.tally.note(record);
        if (record.type === 'fault') violations.push({ kind: 'other', text: `${reader}: ${record.text}` });
        if (record.type === 'read') violations.push(...this.#checkRead(record, reader, operations));
      }
    }
    return violations;
  }

  #checkRead(read: ReadRecord, reader: string, operations: ReadonlyMap<string, WriteOperation>): Violation[] {
    const complaintsOf = (view: View): Complaint[] => checkRead(read, this.timelines, view);
    if (complaintsOf({ reader, isStrict: true }).length === 0) return [];
    const complaints = complaintsOf({ reader, isStrict: false });
    if (complaints.length === 0) this.tally.add('exemptions');
    return complaints.map((complaint) => ({
      kind: 'stale',
      text: `${reader} ${complaint.text}`,
      read,
      reader,
      complaint,
      missedOperation: operations.get(complaint.missed?.operation ?? ''),
    }));
  }
}
