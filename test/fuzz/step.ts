import type { Isolation } from 'nestjs-sqlmodel-ext';
import type { ModelName } from './universe.js';

/** Which rows a read asks for. */
export interface Wanted {
  readonly code?: string;
  readonly bucket?: number;
  /** Code of the shelf. Volumes alone. */
  readonly shelf?: string;
}

/** A read: a row by its key, or rows by a condition in the order of their codes. */
export interface ReadStep {
  readonly type: 'read';
  readonly kind: 'key' | 'first' | 'list' | 'page' | 'count';
  readonly model: ModelName;
  readonly wanted: Wanted;
  /** Whether the shelves of volumes are loaded as well. */
  readonly load: boolean;
  readonly offset: number;
  /** Undefined: all. */
  readonly limit: number | undefined;
}

/** Ways to write, ours and TypeORM's. The first group names one row, the second the rows of a bucket. */
export type WriteKind =
  | 'update'
  | 'save'
  | 'compute'
  | 'add'
  | 'delete'
  | 'upsert'
  | 'typeorm save'
  | 'typeorm update'
  | 'typeorm delete'
  | 'builder update'
  | 'builder insert'
  | 'raw'
  | 'bulk update'
  | 'bulk delete';

export interface WriteStep {
  readonly type: 'write';
  readonly kind: WriteKind;
  readonly code: string;
  readonly value: number;
  readonly bucket: number;
  /** Code of the shelf that a volume is put on. */
  readonly shelf: string;
}

export interface SavepointStep {
  readonly type: 'savepoint';
  readonly keeps: boolean;
  readonly steps: readonly (ReadStep | WriteStep)[];
}

export interface TransactionStep {
  readonly type: 'transaction';
  /** A unit of work, or TypeORM's own transaction. */
  readonly by: 'unit of work' | 'typeorm';
  readonly isolation: Isolation | undefined;
  readonly commits: boolean;
  readonly steps: readonly (ReadStep | WriteStep | SavepointStep)[];
}

/** What a lane does next. */
export type Step = ReadStep | WriteStep | TransactionStep;
