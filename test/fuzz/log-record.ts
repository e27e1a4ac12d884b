import type { ReadStep, Wanted } from './step.js';
import type { ModelName } from './universe.js';

/** A row as a read gave it, or as the database has it. */
export interface SeenRow {
  readonly code: string;
  readonly tag: string;
  readonly value: number;
  readonly bucket: number;
  /** Code of the shelf. Volumes alone. */
  readonly shelf?: string;
  /** The shelf that was loaded with it. */
  readonly loaded?: SeenRow | null;
}

/** What a transaction has made of a row: its tag; null: deleted; `?`: perhaps something, as of a bulk write. */
export type OwnState = string | null;

/** A read that has ended. Times in microseconds. */
export interface ReadRecord {
  readonly type: 'read';
  readonly kind: ReadStep['kind'];
  readonly model: ModelName;
  readonly wanted: Wanted;
  readonly offset: number;
  readonly limit: number | undefined;
  readonly began: number;
  readonly ended: number;
  /** Undefined for a count. */
  readonly rows?: readonly SeenRow[];
  readonly count?: number;
  /** When the transaction began whose snapshot the read sees; undefined: it sees what is committed when it begins. */
  readonly snapshot?: number;
  /** By code: what the transaction around the read has written itself. `volume*` stands for all volumes. */
  readonly own?: Readonly<Record<string, OwnState>>;
  /** How the cache answered: `hit`, `miss`, and reasons of bypasses. */
  readonly cache: readonly string[];
}

/** A write, or a transaction with its writes, is about to begin. */
export interface BeginRecord {
  readonly type: 'begin';
  /** Begins the tags of its writes. */
  readonly operation: string;
  readonly what: string;
  readonly at: number;
  /** Milliseconds of the clock on the wall, which the database has too. */
  readonly wall: number;
  /** Rows that it names. */
  readonly codes: readonly string[];
  /** Rows that it may delete; `volume*` stands for all volumes. */
  readonly removes: readonly string[];
}

/** A write has ended: its promise is settled. */
export interface EndRecord {
  readonly type: 'end';
  readonly operation: string;
  readonly at: number;
  readonly wall: number;
  /** `failed`: an error, after which nothing must be stored; `unknown`: an error that says that nobody knows. */
  readonly outcome: 'acknowledged' | 'rolled back' | 'failed' | 'unknown';
  readonly error?: string;
  /** Statements that were meant to write. */
  readonly writes: number;
  /** Whether the store has answered all that this process asked meanwhile. */
  readonly isTold: boolean;
}

/** The store has taken the tombstones of an operation. */
export interface MarkedRecord {
  readonly type: 'marked';
  readonly operation: string;
}

/** Something that an operation saw and that must never be. */
export interface FaultRecord {
  readonly type: 'fault';
  readonly at: number;
  readonly text: string;
}

/** One line of a worker's log. */
export type LogRecord = ReadRecord | BeginRecord | EndRecord | MarkedRecord | FaultRecord;
